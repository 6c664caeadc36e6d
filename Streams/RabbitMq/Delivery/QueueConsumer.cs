using System.Collections.Concurrent;
using Granary.Streams.Delivery;
using Granary.Streams.RabbitMq.Connections;
using Granary.Streams.RabbitMq.Topology;
using Microsoft.Extensions.Logging;

namespace Granary.Streams.RabbitMq.Delivery;

/// <summary>Reads one queue, session after session, until it is stopped: over connections that are lost, and when the queue is deleted.</summary>
#pragma warning disable CA1001 // The source is disposed when the consumer has stopped.
internal sealed partial class QueueConsumer(
    string queue, QueueTopology topology, BrokerConnection connection, QueueLag lag, Signal signal, RabbitMqStreamsOptions options,
    TimeProvider time, ILogger<QueueConsumer> logger)
#pragma warning restore CA1001
{
    private readonly ConcurrentQueue<ArrivedMessage> _arrived = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync);

    public bool TryTake(out ArrivedMessage? message) => _arrived.TryDequeue(out message);

    public async Task StopAsync(TimeSpan timeout)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(timeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_running.IsCompleted) _stop.Dispose();
        lag.Forget(topology.Names.Provider, queue);
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await ReadAsync();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (BrokerUnavailableException)
            {
                // The connection has logged it.
            }
#pragma warning disable CA1031 // Whatever ended the session: what it had comes again in the next.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogBroken(fault, queue, options.ReconnectDelay);
            }

            await Task.Delay(options.ReconnectDelay, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync()
    {
        var broker = await connection.OpenAsync();
        await topology.DeclareAsync(broker, _stop.Token, queue);
        await using var channel = await broker.CreateChannelAsync(cancellationToken: _stop.Token);
        var session = new ConsumerSession(channel, queue, Arrive, time);
        await session.StartAsync(options.Prefetch, _stop.Token);
        try
        {
            await session.RunAsync(
                options.LagPeriod, (waiting, here) => lag.Report(topology.Names.Provider, queue, waiting + here), _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // What is done with is still acknowledged.
        }

        if (session.CloseReason is { } reason) LogClosed(queue, reason);
        await session.CloseAsync();
    }

    private void Arrive(ArrivedMessage message, bool redelivered)
    {
        var provider = RabbitMqInstruments.Tag(topology.Names.Provider);
        RabbitMqInstruments.Delivered.Add(1, provider);
        if (redelivered) RabbitMqInstruments.Redelivered.Add(1, provider);
        _arrived.Enqueue(message);
        signal.Set();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reading of queue {Queue} was broken off and begins again in {Pause}.")]
    private partial void LogBroken(Exception exception, string queue, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reading of queue {Queue} was ended and begins again: {Reason}")]
    private partial void LogClosed(string queue, string reason);
}
