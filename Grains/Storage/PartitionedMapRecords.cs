namespace Granary.Grains.Storage;

/// <summary>The root record of a <see cref="PartitionedMap{TValue}"/>: which partitions are the valid ones.</summary>
[GenerateSerializer, Immutable, Alias("granary.state.PartitionedMapRoot")]
internal sealed record PartitionedMapRoot
{
    /// <summary>There are two to this power partitions.</summary>
    [Id(0)]
    public int Depth { get; init; }

    /// <summary>Names the set of partitions; a set's names are never used again.</summary>
    [Id(1)]
    public long Generation { get; init; }

    /// <summary>The last generation that was begun, finished or not.</summary>
    [Id(2)]
    public long LastGeneration { get; init; }

    /// <summary>The next generation is being written. Whoever loads this first cancels it, so that the writer's commit fails.</summary>
    [Id(3)]
    public bool IsGrowing { get; init; }

    /// <summary>The set before this one, as long as its records are not cleared.</summary>
    [Id(4)]
    public PartitionSet? Obsolete { get; init; }
}

/// <summary>All partitions of one generation.</summary>
[GenerateSerializer, Immutable, Alias("granary.state.PartitionSet")]
internal sealed record PartitionSet([property: Id(0)] long Generation, [property: Id(1)] int Depth);

/// <summary>The entries whose keys hash to one partition; a record that is replaced, not changed.</summary>
[GenerateSerializer, Alias("granary.state.PartitionedMapPartition`1")]
internal sealed class PartitionedMapPartition<TValue>
{
    [Id(0)]
    public Dictionary<string, TValue> Entries { get; set; } = [];
}
