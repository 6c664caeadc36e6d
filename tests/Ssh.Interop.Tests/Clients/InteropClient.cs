using Granary.Ssh.Interop.Tests.Algorithms;

namespace Granary.Ssh.Interop.Tests.Clients;

/// <summary>A client that git can use in place of ssh.</summary>
public abstract class InteropClient
{
    /// <summary>What it can be told to use; kinds that it chooses by itself are empty.</summary>
    public abstract Offer Offer { get; }

    /// <summary>The versions of git's protocol that git can ask for through it; without environment variables only the oldest.</summary>
    public virtual IReadOnlyList<int> Versions => [0, 1, 2];

    /// <summary>Octets after which it asks for new keys, as far as it can be told.</summary>
    public virtual IReadOnlyList<int> RekeyLimits => [];

    /// <summary><c>GIT_SSH_VARIANT</c>: how it wants its port.</summary>
    public virtual string Variant => "ssh";

    /// <summary>Skips, or fails in CI, without the programs.</summary>
    public abstract Task NeedAsync();

    /// <summary>A shell command that lacks port, <c>git@HOST</c> and the remote command, for <c>GIT_SSH_COMMAND</c>.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="home">A folder for its files.</param>
    /// <param name="key">The private key's file.</param>
    /// <param name="choice">Algorithms that it has to use.</param>
    /// <param name="rekey">Of <see cref="RekeyLimits"/>; null: never within a test.</param>
    public abstract Task<string> CommandAsync(InteropServer server, string home, string key, Choice choice, int? rekey = null);

    /// <summary>For a shell.</summary>
    protected static string Quote(string path) => $"'{path}'";
}
