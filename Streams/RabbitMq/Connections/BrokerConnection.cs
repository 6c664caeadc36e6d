using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Granary.Streams.RabbitMq.Connections;

/// <summary>
/// A connection that is made when it is first needed and again when it was lost, by whoever needs it then; one try at a time.
/// Soon after a try that failed the next one fails with the same reason, without a try.
/// </summary>
internal sealed partial class BrokerConnection(
    string name, BrokerLogin login, TimeSpan connectTimeout, TimeSpan reconnectDelay, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private IConnection? _connection;
    private Exception? _fault;
    private long _failedAt;

    /// <summary>Why there is none; null while there is one, or before the first try.</summary>
    public string? Fault => _connection is { IsOpen: true } ? null : _fault is { } fault ? Describe(fault) : null;

    public bool IsOpen => _connection is { IsOpen: true };

    public string Name => name;

    /// <exception cref="BrokerUnavailableException">There is none now.</exception>
    public async ValueTask<IConnection> OpenAsync()
    {
        if (Volatile.Read(ref _connection) is { IsOpen: true } open) return open;
        await _opening.WaitAsync(_stop.Token);
        try
        {
            if (_connection is { IsOpen: true } other) return other;
            if (_fault is not null && time.GetElapsedTime(_failedAt) < reconnectDelay) throw Unavailable(_fault);
            return await ConnectAsync();
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_connection is { } connection)
        {
            await connection.AbortAsync();
            await connection.DisposeAsync();
        }
    }

    private async Task<IConnection> ConnectAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using var timeout = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit, connectTimeout * 2, Timeout.InfiniteTimeSpan);
        try
        {
            if (_connection is not null) await _connection.DisposeAsync();
            var connection = await login.ConnectAsync(name, limit.Token);
            connection.ConnectionShutdownAsync += (_, reason) =>
            {
                if (!_stop.IsCancellationRequested) LogLost(name, login.Addresses[0], reason.ReplyText);
                return Task.CompletedTask;
            };
            Volatile.Write(ref _connection, connection);
            _fault = null;
            LogConnected(name, connection.Endpoint.HostName, connection.Endpoint.Port);
            return connection;
        }
#pragma warning disable CA1031 // Whatever the network, the broker or the files of TLS made of it: there is no connection.
        catch (Exception fault) when (!_stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            _failedAt = time.GetTimestamp();
            if (_fault is null || Describe(_fault) != Describe(fault)) LogFailed(name, login.Addresses[0], Describe(fault), reconnectDelay);
            _fault = fault;
            throw Unavailable(fault);
        }
    }

    private BrokerUnavailableException Unavailable(Exception fault) =>
        new($"RabbitMQ at {string.Join(", ", login.Addresses)} cannot be reached: {Describe(fault)}", fault);

    /// <summary>The innermost message says what it was; the outer ones say that it was somebody else's.</summary>
    private static string Describe(Exception fault) => fault is OperationCanceledException ? "no answer in time" : fault.GetBaseException().Message;

    [LoggerMessage(Level = LogLevel.Information, Message = "RabbitMQ ({Use}): connected to {Host}:{Port}.")]
    private partial void LogConnected(string use, string host, int port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "RabbitMQ ({Use}) at {Address}: the connection was lost: {Reason}")]
    private partial void LogLost(string use, BrokerAddress address, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "RabbitMQ ({Use}) at {Address} cannot be reached: {Reason}. It is tried again every {Pause}.")]
    private partial void LogFailed(string use, BrokerAddress address, string reason, TimeSpan pause);
}
