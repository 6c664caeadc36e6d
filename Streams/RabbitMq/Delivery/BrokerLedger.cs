using Granary.Streams.Delivery;
using Granary.Streams.RabbitMq.DeadLetters;
using Microsoft.Extensions.Logging;

namespace Granary.Streams.RabbitMq.Delivery;

/// <summary>Tells the broker what became of messages, behind the delivery, which does not wait for it.</summary>
internal sealed partial class BrokerLedger(
    string provider, string queue, KnownMessages known, DeadLetterWriter dead, RabbitMqStreamsOptions options, TimeProvider time,
    ILogger<BrokerLedger> logger) : IMessageLedger
{
    /// <summary>Set when a message is held for another try, so that the receiver notes when it is due.</summary>
    public required Signal Signal { get; init; }

    public void Acknowledge(CachedMessage message)
    {
        RabbitMqInstruments.Acknowledged.Add(1, RabbitMqInstruments.Tag(provider));
        known.Settle(ArrivedOf(message));
    }

    public void Fail(CachedMessage message)
    {
        RabbitMqInstruments.Failed.Add(1, RabbitMqInstruments.Tag(provider));
        Signal.Set();
    }

    public void GiveUp(CachedMessage message, string reason) => GiveUp(ArrivedOf(message), message.Attempts, reason);

    public void GiveUp(ArrivedMessage message, int attempts, string reason)
    {
        RabbitMqInstruments.Dead.Add(1, RabbitMqInstruments.Tag(provider));
        LogGivenUp(message.Properties.MessageId ?? "", queue, attempts, reason);
        known.Forget(message);
        _ = Task.Run(() => BuryAsync(message, attempts, reason));
    }

    /// <summary>Only when the dead letter is safe is the message acknowledged; once the session is over it comes again anyway.</summary>
    private async Task BuryAsync(ArrivedMessage message, int attempts, string reason)
    {
        while (!message.IsStale)
        {
            try
            {
                await dead.WriteAsync(message, attempts, reason);
                message.Settle();
                return;
            }
#pragma warning disable CA1031 // Whatever the broker's reason, it is tried again.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogBuryFailed(fault, queue, options.ReconnectDelay);
                await Task.Delay(options.ReconnectDelay, time);
            }
        }
    }

    private static ArrivedMessage ArrivedOf(CachedMessage message) => ((RabbitMqBatch)message.Batch).Arrived!;

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Id} of queue {Queue} is now a dead letter after {Attempts} attempts: {Reason}")]
    private partial void LogGivenUp(string id, string queue, int attempts, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A dead letter of queue {Queue} could not be published; the next try is in {Pause}.")]
    private partial void LogBuryFailed(Exception exception, string queue, TimeSpan pause);
}
