using System.Collections.Concurrent;
using Granary.Streams.Delivery;
using Granary.Streams.Embedded.Delivery;
using Granary.Streams.Embedded.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Streams;

namespace Granary.Streams.Embedded;

/// <summary>Puts the parts of one provider together. A queue's cache and receiver are made one after the other and belong together.</summary>
internal sealed class EmbeddedAdapterFactory : IQueueAdapterFactory, IQueueAdapterCache
{
    private readonly ConcurrentDictionary<QueueId, MessageCache> _caches = new();
    private readonly string _name;
    private readonly EmbeddedStreamsOptions _options;
    private readonly QueueFile _file;
    private readonly HashRingBasedStreamQueueMapper _mapper;
    private readonly IServiceProvider _services;
    private readonly TimeProvider _time;

    private EmbeddedAdapterFactory(string name, IServiceProvider services)
    {
        _name = name;
        _services = services;
        _options = services.GetRequiredService<IOptionsMonitor<EmbeddedStreamsOptions>>().Get(name);
        _file = services.GetRequiredService<QueueFiles>().Of(_options);
        _mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = _options.Queues }, name);
        _time = services.GetRequiredService<TimeProvider>();
        services.GetRequiredService<EmbeddedLag>().Watch(new EmbeddedQueueLengths(name, _file, _options));
    }

    public static IQueueAdapterFactory Create(IServiceProvider services, string name) => new EmbeddedAdapterFactory(name, services);

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(new EmbeddedAdapter(
        _name, _file, _mapper, CreateReceiver, _services.GetRequiredService<Serializer>(), _options, _time));

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler(false));

    public IQueueCache CreateQueueCache(QueueId queueId) => _caches[queueId] = new MessageCache(_options.Cache, _time);

    private EmbeddedReceiver CreateReceiver(QueueId queueId)
    {
        var (queue, cache) = (queueId.ToString(), _caches[queueId]);
        var ledger = new MessageLedger(_name, queue, _file, _time, _services.GetRequiredService<ILogger<MessageLedger>>());
        cache.Ledger = ledger;
        return new EmbeddedReceiver(
            queue, _file, cache, ledger, _services.GetRequiredService<Serializer>(), _options, _time,
            _services.GetRequiredService<ILogger<EmbeddedReceiver>>());
    }
}
