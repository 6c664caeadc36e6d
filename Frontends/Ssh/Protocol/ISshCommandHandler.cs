using System.IO.Pipelines;
using System.Net;

namespace Granary.Frontends.Ssh.Protocol;

/// <summary>What runs in a channel (RFC 4254 section 6.5).</summary>
public interface ISshCommandHandler
{
    /// <summary>
    /// Runs one command and returns its exit status. Output that was written is sent before the status; the input ends with
    /// the client's SSH_MSG_CHANNEL_EOF.
    /// </summary>
    /// <param name="command">What was asked for and its streams.</param>
    /// <param name="cancellationToken">The client closed the channel or went away, or the server breaks off.</param>
    Task<int> ExecuteAsync(SshCommand command, CancellationToken cancellationToken);
}

/// <summary>A command in its channel.</summary>
public sealed class SshCommand
{
    /// <summary>The identity that the connection logged in with.</summary>
    public required SshIdentity Identity { get; init; }

    /// <summary>The client's address, behind a PROXY header that of the header.</summary>
    public required IPEndPoint Peer { get; init; }

    /// <summary>The command line of an <c>exec</c> request as the client sent it; null for a <c>shell</c> request.</summary>
    public required ReadOnlyMemory<byte>? CommandLine { get; init; }

    /// <summary>The value of <c>GIT_PROTOCOL</c>, if the client sent one that is well-formed.</summary>
    public string? GitProtocol { get; init; }

    /// <summary>Standard input. Bytes that were consumed are credited back to the client's window.</summary>
    public required PipeReader Input { get; init; }

    /// <summary>Standard output. A flush waits while the client's window is closed; it fails when the client takes nothing for too long.</summary>
    public required PipeWriter Output { get; init; }

    /// <summary>Standard error (SSH_EXTENDED_DATA_STDERR); shares the window with <see cref="Output"/>.</summary>
    public required PipeWriter Error { get; init; }
}
