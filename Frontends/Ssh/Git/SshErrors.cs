using System.IO.Pipelines;
using System.Net;
using System.Text;
using Granary.Frontends.GitProtocol;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.Ssh.Protocol;
using Granary.Git;
using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Ssh.Git;

/// <summary>The one place that turns refusals and faults into lines on standard error, which git shows to its user.</summary>
internal sealed partial class SshErrors(ILogger<SshErrors> logger)
{
    /// <summary>Says why a command ended; its exit status.</summary>
    public async ValueTask<int> AnswerAsync(SshCommand command, Exception exception, string name, CancellationToken cancellationToken)
    {
        var (message, isFault) = Describe(exception);
        if (isFault) LogFault(exception, name, command.Identity.Name, command.Peer);
        await SayAsync(command.Error, "ERROR: " + message, cancellationToken).ConfigureAwait(false);
        return ExitStatus.Fatal;
    }

    /// <summary>A line for the user; one who went away needs none.</summary>
    public static async ValueTask SayAsync(PipeWriter error, string line, CancellationToken cancellationToken)
    {
        try
        {
            await error.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The connection is gone.
        }
    }

    private static (string Message, bool IsFault) Describe(Exception exception) => exception switch
    {
        GitProtocolException bad => ("Bad request: " + bad.Message, false),
        GitBusyException busy => (busy.Message, false),
        GitProcessException git => (git.Message, git.ExitCode != GitProcessException.Died),
        RepositoryUnavailableException { Fault: { } fault } => (Describe(fault), true),
        StorageUnavailableException { Fault: var fault } => (Describe(fault), true),
        RepositoryUnavailableException => (AccessMessages.RepositoryUnavailable, true),
        TimeoutException or OrleansException => (AccessMessages.ServerUnavailable, true),
        _ => ("Internal error.", true),
    };

    private static string Describe(VolumeFault fault)
    {
        var text = fault.Describe();
        return $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Command} of {Caller} at {Peer} over SSH failed.")]
    private partial void LogFault(Exception exception, string command, string caller, IPEndPoint peer);
}
