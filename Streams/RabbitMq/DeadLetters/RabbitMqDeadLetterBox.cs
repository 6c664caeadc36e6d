using System.Globalization;
using Granary.Streams.DeadLetters;
using Granary.Streams.RabbitMq.Connections;
using Granary.Streams.RabbitMq.Topology;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Granary.Streams.RabbitMq.DeadLetters;

/// <summary>
/// The dead letters of one provider, in a queue. They are taken out of it to be looked at and go back when the look is over: a look
/// from another silo at the same time sees a part.
/// </summary>
internal sealed class RabbitMqDeadLetterBox(
    string provider, BrokerConnections connections, RabbitMqStreamsOptions options, ILogger<QueueTopology> logger) : IDeadLetterBox, IDisposable
{
    /// <summary>A look goes no deeper; whoever has so many has other worries, and sees more when the first are gone.</summary>
    private const int MaxLooked = 10_000;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly QueueNames _names = new(provider, options);

    public string Provider => provider;

    public async Task<IReadOnlyList<DeadLetter>> ListAsync(string? after, int count, CancellationToken cancellationToken)
    {
        var first = 0L;
        if (after is not null && !TryParse(after, out first)) return [];
        var letters = await ReadAllAsync(cancellationToken);
        return [.. letters.Where(l => l.Id > first).OrderBy(static l => l.Id).Take(count).Select(static l => l.Letter)];
    }

    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken) =>
        TryParse(id, out _) ? (await ReadAllAsync(cancellationToken)).FirstOrDefault(l => l.Letter.Id == id).Letter : null;

    public Task<bool> ReplayAsync(string id, CancellationToken cancellationToken) => TakeOutAsync(id, ReviveAsync, cancellationToken);

    public Task<bool> DiscardAsync(string id, CancellationToken cancellationToken) =>
        TakeOutAsync(id, static (_, _, _) => Task.CompletedTask, cancellationToken);

    public void Dispose() => _gate.Dispose();

    private static bool TryParse(string id, out long number) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private async Task<List<(long Id, DeadLetter Letter)>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var letters = new List<(long, DeadLetter)>();
        await LookAsync(
            (_, result) =>
            {
                letters.Add((DeadLetterReader.IdOf(result), DeadLetterReader.Read(provider, result)));
                return Task.FromResult(true);
            },
            cancellationToken);
        return letters;
    }

    /// <summary>As it was published, to where it was; the letter goes when that is confirmed.</summary>
    private async Task ReviveAsync(IChannel channel, BasicGetResult result, CancellationToken cancellationToken)
    {
        var routingKey = DeadLetterReader.RoutingKeyOf(result.BasicProperties)
            ?? throw new InvalidOperationException("The letter does not say which queue it was in.");
        await channel.BasicPublishAsync(
            _names.Exchange, routingKey, mandatory: true, DeadLetterReader.Revive(result.BasicProperties), result.Body, cancellationToken);
    }

    private async Task<bool> TakeOutAsync(string id, Func<IChannel, BasicGetResult, CancellationToken, Task> before, CancellationToken cancellationToken)
    {
        if (!TryParse(id, out var number)) return false;
        var found = false;
        await LookAsync(
            async (channel, result) =>
            {
                if (DeadLetterReader.IdOf(result) != number) return true;
                await before(channel, result, cancellationToken);
                await channel.BasicAckAsync(result.DeliveryTag, multiple: false, cancellationToken);
                found = true;
                return false;
            },
            cancellationToken);
        return found;
    }

    /// <summary>Message by message, until one is not to be followed by another. What was not acknowledged goes back when the channel is closed.</summary>
    private async Task LookAsync(Func<IChannel, BasicGetResult, Task<bool>> look, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var connection = await connections.Of(options).Publish.OpenAsync();
            await new QueueTopology(_names, options, logger).DeclareAsync(connection, cancellationToken);
            await using var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            for (var looked = 0; looked < MaxLooked; looked++)
            {
                if (await channel.BasicGetAsync(_names.DeadQueue, autoAck: false, cancellationToken) is not { } result
                    || !await look(channel, result))
                {
                    break;
                }
            }

            await channel.CloseAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }
}
