namespace Granary.Grains;

/// <summary>
/// Lets the activation of something that does not exist go, after a moment. At once would be wrong: under many requests for the same
/// name each would find the activation of the one before it leaving, be passed on too often and be refused, which is an answer
/// that tells missing from forbidden.
/// </summary>
internal sealed class ShortStay(Grain grain)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    private IGrainTimer? _end;

    public void Leave() => _end ??= grain.RegisterGrainTimer(
        static (leaving, _) =>
        {
            leaving.DeactivateOnIdle();
            return Task.CompletedTask;
        },
        grain,
        new GrainTimerCreationOptions(Moment, Timeout.InfiniteTimeSpan));
}
