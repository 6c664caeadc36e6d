using Granary.Git.Reading;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.History.Graph;

/// <summary>What one walk knows of a commit. A node belongs to its walk.</summary>
internal sealed class CommitNode(ObjectId id, int place)
{
    /// <summary>Of commits outside the commit-graph, which none in it descends from.</summary>
    public const uint NoGeneration = uint.MaxValue;

    public ObjectId Id { get; } = id;

    /// <summary>In the commit-graph; -1: it is not there.</summary>
    public int Place { get; } = place;

    public bool IsLoaded { get; set; }

    public ObjectId Tree { get; set; }

    /// <summary>The committer's time.</summary>
    public long Time { get; set; }

    public uint Generation { get; set; } = NoGeneration;

    public CommitNode[] Parents { get; set; } = [];

    /// <summary>For the algorithm that walks.</summary>
    public WalkMarks Marks { get; set; }

    /// <summary>The whole commit, when it was read on the way and will be shown.</summary>
    public Commit? Content { get; set; }

    /// <summary>What the walk's path leads to in the commit's tree, one entry a step, as far as it was looked for.</summary>
    public List<FoundEntry?>? Steps { get; set; }

    public bool Has(WalkMarks marks) => (Marks & marks) != 0;
}

[Flags]
internal enum WalkMarks : byte
{
    None = 0,
    Seen = 1,
    Queued = 2,
    Excluded = 4,

    /// <summary>Excluded by the request itself.</summary>
    Bottom = 8,
    Expanded = 16,

    /// <summary>It changed nothing at the path.</summary>
    Unchanged = 32,

    Left = 64,
    Right = 128,
}
