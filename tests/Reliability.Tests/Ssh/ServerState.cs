using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Ssh;

/// <summary>What a process holds of what the kernel lends, proc(5).</summary>
internal sealed record ServerState(int Handles, int Threads)
{
    public static ServerState Of(int process) =>
        new(Directory.GetFileSystemEntries($"/proc/{process}/fd").Length, Directory.GetDirectories($"/proc/{process}/task").Length);

    /// <summary>
    /// Waits until nothing is held beyond this; a few handles and threads come and go with whatever else a server does. Threads of the
    /// pool end after 20 s without work.
    /// </summary>
    public Task UntilBackAsync(int process, int handles = 10, int threads = 6) => Until.HoldsAsync(
        $"handles and threads are back at {this}, now {Of(process)}",
        () => Of(process) is var now && now.Handles <= Handles + handles && now.Threads <= Threads + threads,
        TimeSpan.FromSeconds(90));
}
