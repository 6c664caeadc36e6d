namespace Granary.Frontends.Rpc.Errors;

internal static class OutcomeExtensions
{
    /// <summary>The value; a refusal goes to the client.</summary>
    public static async Task<T> OrRefuse<T>(this Task<Outcome<T>> task)
        where T : class
    {
        var outcome = await task;
        return outcome.Refusal is null ? outcome.Value! : throw new RefusedException(outcome.Refusal);
    }

    /// <summary>Returns when it was done; a refusal goes to the client.</summary>
    public static async Task OrRefuse(this Task<Outcome> task)
    {
        var outcome = await task;
        if (outcome.Refusal is not null) throw new RefusedException(outcome.Refusal);
    }
}
