using Granary.Git.Reading;
using Granary.Git.Reading.Blame;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Trees;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>A file in a commit, and the lines that may come from there.</summary>
internal sealed class BlameOrigin(CommitNode node, PathTrail trail, FoundEntry file)
{
    public CommitNode Node { get; } = node;

    public PathTrail Trail { get; } = trail;

    public GitPath Path => Trail.Path;

    public FoundEntry File { get; } = file;

    /// <summary>Sorted by where they are in this file.</summary>
    public List<LineSpan> Spans { get; set; } = [];

    /// <summary>Where git says that the lines may have been before; null: nowhere.</summary>
    public PreviousFile? Previous { get; set; }
}

/// <summary>Lines whose origin is known.</summary>
/// <param name="Origin">Where they are from.</param>
/// <param name="Span">Which ones.</param>
/// <param name="IsIncomplete">From there or from before.</param>
internal readonly record struct FoundLines(BlameOrigin Origin, LineSpan Span, bool IsIncomplete);
