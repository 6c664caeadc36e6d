using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>Samples a server's private memory, proc(5) <c>RssAnon</c>, until it is disposed.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private readonly int _process;
    private readonly Task _watching;
    private volatile bool _ended;

    private MemoryWatch(int process)
    {
        _process = process;
        Base = Now(process);
        Peak = Base;
        _watching = Until.HoldsAsync("the watch has ended", Look, TimeSpan.FromMinutes(10));
    }

    /// <summary>Bytes at the beginning.</summary>
    public long Base { get; }

    /// <summary>The most bytes that were seen.</summary>
    public long Peak { get; private set; }

    public long Growth => Peak - Base;

    public static MemoryWatch Start(GranaryServer server) => new(server.ProcessId);

    public static long Now(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(static l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        _ended = true;
        await _watching;
    }

    private bool Look()
    {
        Peak = Math.Max(Peak, Now(_process));
        return _ended;
    }
}
