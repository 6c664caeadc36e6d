using Granary.Grains.Outbox;
using Granary.Repositories;

namespace Granary.Grains.Tests.Outbox;

/// <summary>Keeps what it is given, and can be out of order.</summary>
internal sealed class FakePublisher : IEventPublisher
{
    public List<(string Kind, PushEvent Event)> Published { get; } = [];

    /// <summary>Kinds whose queue takes nothing.</summary>
    public HashSet<string> Broken { get; } = [];

    public Task PublishAsync(JobKind kind, RepositoryId repository, IReadOnlyList<PushEvent> events)
    {
        if (Broken.Contains(kind.Name)) throw new IOException("the queue's volume is full");
        Published.AddRange(events.Select(e => (kind.Name, e)));
        return Task.CompletedTask;
    }

    public List<long> Sequences(string kind) => [.. Published.Where(p => p.Kind == kind).Select(static p => p.Event.Sequence)];
}
