using Granary.Repositories;

namespace Granary.Activity;

/// <summary>One push as the activity feed shows it.</summary>
/// <param name="Event">What was pushed by whom, when and how; of very many refs, the first <see cref="MaxChanges"/>.</param>
/// <param name="ChangeCount">How many refs moved in all.</param>
[GenerateSerializer, Immutable, Alias("granary.ActivityEntry")]
public sealed record ActivityEntry([property: Id(0)] PushEvent Event, [property: Id(1)] int ChangeCount)
{
    /// <summary>The most refs of one entry in a list; the rest is counted and found by filtering.</summary>
    public const int MaxChanges = 1000;
}

/// <summary>Which entries to list: the newest first.</summary>
/// <param name="Size">The most entries to return.</param>
/// <param name="Before">Only entries with a smaller sequence; null: from the newest.</param>
/// <param name="Ref">Only pushes that moved this ref, and of them only that ref; null: all.</param>
[GenerateSerializer, Immutable, Alias("granary.ActivityQuery")]
public sealed record ActivityQuery([property: Id(0)] int Size, [property: Id(1)] long? Before, [property: Id(2)] RefName? Ref);

/// <summary>Entries, and the sequence to continue before; null when there are no more.</summary>
[GenerateSerializer, Immutable, Alias("granary.ActivityPage")]
public sealed record ActivityPage([property: Id(0)] IReadOnlyList<ActivityEntry> Entries, [property: Id(1)] long? NextBefore);
