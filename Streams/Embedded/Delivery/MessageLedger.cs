using Granary.Streams.Delivery;
using Granary.Streams.Embedded.Files;
using Microsoft.Extensions.Logging;

namespace Granary.Streams.Embedded.Delivery;

/// <summary>
/// Writes what became of messages behind the delivery, which does not wait for it: what is settled while one write is under
/// way goes into the next. A write that fails is tried again; until then a crash would mean another delivery, never a loss.
/// </summary>
internal sealed partial class MessageLedger(
    string provider, string queue, QueueFile file, TimeProvider time, ILogger<MessageLedger> logger) : IMessageLedger
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    private readonly object _gate = new();
    private readonly HashSet<long> _settled = [];
    private readonly List<Action<QueueSession>> _pending = [];
    private readonly List<long> _acknowledged = [];
    private Task _flushing = Task.CompletedTask;

    /// <summary>Set when room was made, so that the receiver reads on.</summary>
    public Signal? Signal { get; set; }

    /// <summary>Done with, though the file may still have it.</summary>
    public bool IsSettled(long id)
    {
        lock (_gate) return _settled.Contains(id);
    }

    public void Acknowledge(CachedMessage message)
    {
        EmbeddedInstruments.Acknowledged.Add(1, EmbeddedInstruments.Tag(provider));
        lock (_gate)
        {
            _settled.Add(message.Id);
            _acknowledged.Add(message.Id);
        }

        Start();
        Signal?.Set();
    }

    public void Fail(CachedMessage message)
    {
        EmbeddedInstruments.Failed.Add(1, EmbeddedInstruments.Tag(provider));
        var (id, attempts) = (message.Id, message.Attempts);
        lock (_gate) _pending.Add(session => session.SetAttempts(id, attempts));
        Start();

        // Its pause may end before anything else wakes the receiver.
        Signal?.Set();
    }

    public void GiveUp(CachedMessage message, string reason) => GiveUp(message.Id, message.Attempts, reason);

    public void GiveUp(long id, int attempts, string reason)
    {
        EmbeddedInstruments.Dead.Add(1, EmbeddedInstruments.Tag(provider));
        LogGivenUp(id, queue, attempts, reason);
        var now = time.GetUtcNow();
        lock (_gate)
        {
            _settled.Add(id);
            _pending.Add(session => session.Bury(provider, queue, id, now, attempts, reason));
        }

        Start();
        Signal?.Set();
    }

    /// <summary>Completes when everything so far is written.</summary>
    public Task FlushAsync()
    {
        Start();
        lock (_gate) return _flushing;
    }

    private void Start()
    {
        lock (_gate)
        {
            if (!_flushing.IsCompleted || (_pending.Count == 0 && _acknowledged.Count == 0)) return;
            _flushing = Task.Run(WriteAllAsync);
        }
    }

    private async Task WriteAllAsync()
    {
        while (true)
        {
            Action<QueueSession>[] pending;
            long[] acknowledged;
            lock (_gate)
            {
                (pending, acknowledged) = ([.. _pending], [.. _acknowledged]);
                if (pending.Length == 0 && acknowledged.Length == 0)
                {
                    // Under the lock, so that what is added from now on starts another round.
                    _flushing = Task.CompletedTask;
                    return;
                }
            }

            try
            {
                await file.WriteAsync(session =>
                {
                    session.Delete(queue, acknowledged);
                    foreach (var write in pending) write(session);
                    return true;
                });
            }
            catch (ObjectDisposedException)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever the volume's reason, it is tried again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogWriteFailed(exception, queue);
                await Task.Delay(RetryDelay, time);
                continue;
            }

            lock (_gate)
            {
                _pending.RemoveRange(0, pending.Length);
                _acknowledged.RemoveRange(0, acknowledged.Length);
                _settled.ExceptWith(acknowledged);
                if (_pending.Count == 0 && _acknowledged.Count == 0) _settled.Clear();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Id} of queue {Queue} is now a dead letter after {Attempts} attempts: {Reason}")]
    private partial void LogGivenUp(long id, string queue, int attempts, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Acknowledgements of queue {Queue} could not be written; they are tried again.")]
    private partial void LogWriteFailed(Exception exception, string queue);
}
