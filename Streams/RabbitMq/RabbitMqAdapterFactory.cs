using System.Collections.Concurrent;
using Granary.Streams.Delivery;
using Granary.Streams.RabbitMq.Connections;
using Granary.Streams.RabbitMq.DeadLetters;
using Granary.Streams.RabbitMq.Delivery;
using Granary.Streams.RabbitMq.Messages;
using Granary.Streams.RabbitMq.Publishing;
using Granary.Streams.RabbitMq.Topology;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Streams;

namespace Granary.Streams.RabbitMq;

/// <summary>Puts the parts of one provider together. A queue's cache and receiver are made one after the other and belong together.</summary>
internal sealed class RabbitMqAdapterFactory : IQueueAdapterFactory, IQueueAdapterCache
{
    private readonly ConcurrentDictionary<QueueId, MessageCache> _caches = new();
    private readonly RabbitMqStreamsOptions _options;
    private readonly HashRingBasedStreamQueueMapper _mapper;
    private readonly QueueNames _names;
    private readonly QueueTopology _topology;
    private readonly BrokerConnection _consuming;
    private readonly Publisher _publisher;
    private readonly StreamMessages _messages;
    private readonly IServiceProvider _services;
    private readonly TimeProvider _time;

    private RabbitMqAdapterFactory(string name, IServiceProvider services)
    {
        _services = services;
        _time = services.GetRequiredService<TimeProvider>();
        _options = services.GetRequiredService<IOptionsMonitor<RabbitMqStreamsOptions>>().Get(name);
        _mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = _options.Queues }, name);
        _names = new QueueNames(name, _options);
        _topology = new QueueTopology(_names, _options, services.GetRequiredService<ILogger<QueueTopology>>());
        _messages = new StreamMessages(_options, _time);
        (var publishing, _consuming) = services.GetRequiredService<BrokerConnections>().Of(_options);
        _publisher = new Publisher(_topology, publishing, _options, _time);
    }

    public static IQueueAdapterFactory Create(IServiceProvider services, string name) => new RabbitMqAdapterFactory(name, services);

    public Task<IQueueAdapter> CreateAdapter() =>
        Task.FromResult<IQueueAdapter>(new RabbitMqAdapter(_names, _publisher, _messages, _mapper, CreateReceiver));

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler(false));

    public IQueueCache CreateQueueCache(QueueId queueId) => _caches[queueId] = new MessageCache(_options.Cache, _time);

    private RabbitMqReceiver CreateReceiver(QueueId queueId)
    {
        var (queue, cache, signal, known) = (_names.Queue(queueId), _caches[queueId], new Signal(), new KnownMessages());
        var ledger = new BrokerLedger(
            _names.Provider, queue, known, new DeadLetterWriter(_publisher, _names, _time), _options, _time,
            _services.GetRequiredService<ILogger<BrokerLedger>>())
        {
            Signal = signal,
        };
        cache.Ledger = ledger;
        var consumer = new QueueConsumer(
            queue, _topology, _consuming, _services.GetRequiredService<QueueLag>(), signal, _options, _time,
            _services.GetRequiredService<ILogger<QueueConsumer>>());
        return new RabbitMqReceiver(
            queue, consumer, cache, known, ledger, signal, _messages, _time, _services.GetRequiredService<ILogger<RabbitMqReceiver>>());
    }
}
