using Granary.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace Granary.Grains.Outbox;

/// <summary>Each kind's own stream provider, one stream a repository.</summary>
internal sealed class StreamPublisher(IServiceProvider services, PausedKinds paused) : IEventPublisher
{
    public bool IsPaused(JobKind kind) => paused.Contains(kind.Name);

    public Task PublishAsync(JobKind kind, RepositoryId repository, IReadOnlyList<PushEvent> events) => services
        .GetRequiredKeyedService<IStreamProvider>(kind.Name)
        .GetStream<PushEvent>(StreamId.Create(kind.Name, repository.Value))
        .OnNextBatchAsync(events);
}
