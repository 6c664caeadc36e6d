using System.Collections.Concurrent;
using Granary.Streams.RabbitMq.Connections;
using Granary.Streams.RabbitMq.Topology;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Granary.Streams.RabbitMq.DeadLetters;

/// <summary>
/// An operator's view of the dead letters on RabbitMQ. They are taken out of their queue to be looked at and go back when the
/// look is over: two looks at once, or a look of somebody else, see a part each.
/// </summary>
public sealed class DeadLetterBox
{
    /// <summary>A look goes no deeper; whoever has so many has other worries, and sees more when the first are gone.</summary>
    public const int MaxLooked = 10_000;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new();
    private readonly BrokerConnections _connections;
    private readonly IOptionsMonitor<RabbitMqStreamsOptions> _options;
    private readonly ILogger<QueueTopology> _logger;

    internal DeadLetterBox(BrokerConnections connections, IOptionsMonitor<RabbitMqStreamsOptions> options, ILogger<QueueTopology> logger) =>
        (_connections, _options, _logger) = (connections, options, logger);

    /// <summary>The oldest first, continuing after an id.</summary>
    /// <exception cref="BrokerUnavailableException">The broker cannot be reached.</exception>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(string provider, long after, int count)
    {
        var letters = new List<DeadLetter>();
        await LookAsync(provider, (_, result) =>
        {
            letters.Add(DeadLetterReader.Read(provider, result));
            return Task.FromResult(true);
        });
        return [.. letters.Where(l => l.Id > after).OrderBy(static l => l.Id).Take(count)];
    }

    /// <summary>Puts a letter at the end of its queue, to be delivered as if it were new; false when there is none.</summary>
    /// <exception cref="BrokerUnavailableException">The broker cannot be reached.</exception>
    public Task<bool> ReplayAsync(string provider, long id) => TakeOutAsync(provider, id, async (channel, result) =>
    {
        var exchange = _options.Get(provider).Exchange;
        var routingKey = DeadLetterReader.RoutingKeyOf(result.BasicProperties)
            ?? throw new InvalidOperationException("The letter does not say which queue it was in.");
        await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, DeadLetterReader.Revive(result.BasicProperties), result.Body);
    });

    /// <summary>Throws a letter away; false when there is none.</summary>
    /// <exception cref="BrokerUnavailableException">The broker cannot be reached.</exception>
    public Task<bool> DiscardAsync(string provider, long id) => TakeOutAsync(provider, id, static (_, _) => Task.CompletedTask);

    private async Task<bool> TakeOutAsync(string provider, long id, Func<IChannel, BasicGetResult, Task> before)
    {
        var found = false;
        await LookAsync(provider, async (channel, result) =>
        {
            if (DeadLetterReader.Read(provider, result).Id != id) return true;
            await before(channel, result);
            await channel.BasicAckAsync(result.DeliveryTag, multiple: false);
            found = true;
            return false;
        });
        return found;
    }

    /// <summary>Message by message, until one is not to be followed by another. What was not acknowledged goes back when the channel is closed.</summary>
    private async Task LookAsync(string provider, Func<IChannel, BasicGetResult, Task<bool>> look)
    {
        var options = _options.Get(provider);
        var names = new QueueNames(provider, options);
        var gate = _gates.GetOrAdd(provider, static _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync();
        try
        {
            var connection = await _connections.Of(options).Publish.OpenAsync();
            await new QueueTopology(names, options, _logger).DeclareAsync(connection, CancellationToken.None);
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(
                publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
            for (var looked = 0; looked < MaxLooked; looked++)
            {
                if (await channel.BasicGetAsync(names.DeadQueue, autoAck: false) is not { } result || !await look(channel, result)) break;
            }

            await channel.CloseAsync();
        }
        finally
        {
            gate.Release();
        }
    }
}
