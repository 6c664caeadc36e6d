using Granary.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace Granary.Grains.Outbox;

/// <summary>Each kind's own stream provider, one stream a repository.</summary>
internal sealed class StreamPublisher(IServiceProvider services) : IEventPublisher
{
    public Task PublishAsync(JobKind kind, RepositoryId repository, IReadOnlyList<PushEvent> events) => services
        .GetRequiredKeyedService<IStreamProvider>(kind.Name)
        .GetStream<PushEvent>(StreamId.Create(kind.Name, repository.Value))
        .OnNextBatchAsync(events);
}
