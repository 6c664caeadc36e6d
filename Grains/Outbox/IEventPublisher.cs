using Granary.Repositories;

namespace Granary.Grains.Outbox;

/// <summary>Hands events to the queue of a kind of job.</summary>
internal interface IEventPublisher
{
    /// <summary>Whether an operator holds the kind up: its events stay in the journals.</summary>
    bool IsPaused(JobKind kind) => false;

    /// <summary>Completes when all are durable in the queue; throws when they are not.</summary>
    Task PublishAsync(JobKind kind, RepositoryId repository, IReadOnlyList<PushEvent> events);
}
