using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests.Tools;

/// <summary>The server with faults at named points (tests/Faults.Host), run by the harness in place of the server.</summary>
internal sealed class FaultHost : IDisposable
{
    private readonly TemporaryFolder _points = new();

    /// <summary>In the order of a push.</summary>
    public static IReadOnlyList<string> Points { get; } =
    [
        "QuarantineMade", "PackReceived", "Inspected",
        "LockTaken", "PackedRefsWritten", "PackedRefsLinked", "PendingMarked", "IntentWritten", "PackRenamed", "PackDirectorySynced",
        "PackedRefsRenamed", "DirectorySynced", "Closed",
        "GrainAnswered", "ClientAnswered",
    ];

    /// <summary>Those at which the repository's lock is held.</summary>
    public static IEnumerable<string> UnderLock => Points.SkipWhile(static p => p != "LockTaken").TakeWhile(static p => p != "GrainAnswered");

    /// <summary>For the harness: a program that stands for the server.</summary>
    public IReadOnlyList<string> Launcher => [Program, _points.Path];

    private static string Program => BuiltServer.Path
        .Replace($"{Path.DirectorySeparatorChar}Silo{Path.DirectorySeparatorChar}bin", $"{Path.DirectorySeparatorChar}tests{Path.DirectorySeparatorChar}Faults.Host{Path.DirectorySeparatorChar}bin", StringComparison.Ordinal)
        .Replace($"{Path.DirectorySeparatorChar}granary", $"{Path.DirectorySeparatorChar}Granary.Faults.Host", StringComparison.Ordinal);

    /// <summary>The server sends itself a signal when it comes to the point next.</summary>
    public void Arm(string point, int signal)
    {
        File.Delete(_points[point + ".reached"]);
        File.Delete(_points[point + ".resume"]);
        File.WriteAllText(_points["arming"], signal.ToString(CultureInfo.InvariantCulture));
        File.Move(_points["arming"], _points[point]);
    }

    public bool IsReached(string point) => File.Exists(_points[point + ".reached"]);

    /// <summary>Lets the thread that stopped there go on, once the process runs.</summary>
    public void Resume(string point) => File.WriteAllText(_points[point + ".resume"], "");

    public void Dispose() => _points.Dispose();
}
