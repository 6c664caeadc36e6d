using Granary.Reliability.Tests.History;

namespace Granary.Faults.Tests.Oracle;

/// <summary>What can be seen of a repository and its servers after a fault.</summary>
internal sealed record Evidence
{
    /// <summary>What clients did and were told.</summary>
    public required HistoryLog Log { get; init; }

    /// <summary>The refs as each silo gives them, and as git reads them from the volume.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Views { get; init; }

    /// <summary>Refs on the volume whose object is not there.</summary>
    public IReadOnlyList<string> MissingTips { get; init; } = [];

    /// <summary>What <c>git fsck --connectivity-only</c> says; empty when it says nothing.</summary>
    public string Fsck { get; init; } = "";

    /// <summary>Locks, temporary objects, halves of packs and quarantines.</summary>
    public IReadOnlyList<Leftover> Leftovers { get; init; } = [];

    public required Journal Journal { get; init; }

    /// <summary>Members and their roles, before and now.</summary>
    public string RightsBefore { get; init; } = "";

    public string Rights { get; init; } = "";

    /// <summary>What the server's process takes, before and now; null when it is another process.</summary>
    public Usage? UsageBefore { get; init; }

    public Usage? Usage { get; init; }

    /// <summary>What became of the last push when it was sent once more, and how long that took; null as long as it was not.</summary>
    public (bool IsOk, TimeSpan Time)? Retry { get; init; }

    /// <summary>The longest that a client waited for an answer or for the end of its connection.</summary>
    public TimeSpan LongestWait { get; init; }
}

internal sealed record Leftover(string Path, TimeSpan Age);

internal sealed record Usage(long Memory, int Files, int Threads, int Children);
