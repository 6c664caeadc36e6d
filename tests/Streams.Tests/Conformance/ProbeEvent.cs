namespace Granary.Streams.Tests.Conformance;

/// <param name="Id">What duplicates have in common.</param>
/// <param name="Number">Ascending within its stream.</param>
[GenerateSerializer, Immutable, Alias("granary.tests.ProbeEvent")]
public sealed record ProbeEvent([property: Id(0)] string Id, [property: Id(1)] string Stream, [property: Id(2)] int Number);
