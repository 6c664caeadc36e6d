namespace Granary.Streams.Node;

/// <summary>What the processes send each other.</summary>
[GenerateSerializer, Immutable, Alias("granary.tests.NodeEvent")]
public sealed record NodeEvent([property: Id(0)] string Stream, [property: Id(1)] int Number);
