namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>How far a connection is.</summary>
public enum SshPhase
{
    /// <summary>The version line is awaited, or a balancer's header before it.</summary>
    Version,

    /// <summary>The first keys are agreed on.</summary>
    KeyExchange,

    /// <summary>The client has yet to log in.</summary>
    Login,

    /// <summary>Logged in.</summary>
    Session,

    /// <summary>Being closed.</summary>
    Closing,
}
