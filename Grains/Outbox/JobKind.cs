namespace Granary.Grains.Outbox;

/// <summary>
/// A kind of job that follows pushes. It has a stream provider of its name with queues of its own, a stream namespace of
/// its name, and an implicit subscriber: nothing that one kind does delays another.
/// </summary>
/// <param name="Name">Lower-case letters: the provider, the namespace and the line in each repository's cursor file.</param>
public sealed record JobKind(string Name);
