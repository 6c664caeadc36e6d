namespace Granary.Git;

public static class GitPlaceExtensions
{
    /// <summary>A client that keeps up takes less.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Waits until a client has taken what there is, and lends git's place to others if that takes long: git stands still
    /// then, at the cost of some memory and no processor time.
    /// </summary>
    public static async Task LendWhileAsync(this IGitPlace place, Task client, TimeProvider time)
    {
        await client.WaitAsync(Slow, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!client.IsCompleted)
        {
            place.Pause();
            await client.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            place.Resume();
        }

        await client.ConfigureAwait(false);
    }
}
