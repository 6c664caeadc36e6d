using Granary.Frontends.Ssh.Protocol.Connections;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>Runs a channel's command apart from the connection's reader.</summary>
internal sealed partial class CommandRunner(SshConnection connection, ISshCommandHandler handler, ILogger logger)
{
    /// <summary>What a shell reports for a command that failed unexpectedly.</summary>
    private const int FaultStatus = 255;
    private readonly ILogger _logger = logger;

    public void Start(SessionChannel channel, ReadOnlyMemory<byte>? commandLine)
    {
        channel.Started = true;
        var command = new SshCommand
        {
            Identity = connection.Identity ?? throw new InvalidOperationException("A command needs a login."),
            Peer = connection.Peer,
            CommandLine = commandLine,
            GitProtocol = channel.Environment.GitProtocol,
            Input = channel.Input,
            Output = channel.Output,
            Error = channel.Error,
        };
        var run = Task.Run(() => RunAsync(channel, command));
        channel.Command = run;
        _ = run.ContinueWith(
            static (_, state) => (((SshConnection, SessionChannel))state!).Item1.RemoveIfOver((((SshConnection, SessionChannel))state).Item2),
            (connection, channel), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task RunAsync(SessionChannel channel, SshCommand command)
    {
        var status = FaultStatus;
        try
        {
            status = await handler.ExecuteAsync(command, channel.Gone);
        }
        catch (Exception exception) when (channel.Gone.IsCancellationRequested)
        {
            LogAbandoned(connection.Id, exception.GetType().Name);
        }
#pragma warning disable CA1031 // Whatever a command does, the connection and its other channels live on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(connection.Id, exception);
        }

        channel.Finish(status);
    }

    [LoggerMessage(1, LogLevel.Debug, "Connection {Id}: a command ended with its channel ({Exception}).")]
    private partial void LogAbandoned(long id, string exception);

    [LoggerMessage(2, LogLevel.Error, "Connection {Id}: a command failed.")]
    private partial void LogFault(long id, Exception exception);
}
