namespace Granary.Ssh.Interop.Tests.Algorithms;

/// <summary>What a client is allowed to use: one name of each kind; null leaves it what it has.</summary>
public sealed record Choice(string? KeyExchange = null, string? HostKey = null, string? Cipher = null, string? Mac = null, string? UserKey = null)
{
    /// <summary>What the client would choose, with an Ed25519 key.</summary>
    public static Choice Any { get; } = new();
}
