namespace Granary.Ssh.Interop.Tests;

/// <summary>Key pairs as ssh-keygen makes them, in a folder.</summary>
public sealed class Keys(string folder)
{
    private static readonly (string Name, string Type, string Bits)[] Kinds =
    [
        ("ssh-ed25519", "ed25519", "256"), ("ecdsa-sha2-nistp256", "ecdsa", "256"), ("ecdsa-sha2-nistp384", "ecdsa", "384"),
        ("ecdsa-sha2-nistp521", "ecdsa", "521"), ("rsa", "rsa", "3072"), ("stranger", "ed25519", "256"),
    ];

    /// <summary>A key that nobody has.</summary>
    public string Stranger => FileOf("stranger");

    /// <summary>Those of <see cref="InteropServer.User"/>.</summary>
    public IEnumerable<string> Known => Kinds.Select(static kind => kind.Name).Where(static name => name != "stranger").Select(FileOf);

    /// <summary>The private key's file.</summary>
    /// <param name="algorithm">Of the signature; null for Ed25519.</param>
    public string For(string? algorithm) => FileOf(algorithm is null ? "ssh-ed25519" : algorithm.StartsWith("rsa-", StringComparison.Ordinal) ? "rsa" : algorithm);

    public async Task MakeAsync()
    {
        foreach (var (name, type, bits) in Kinds)
        {
            // libssh2 reads no other form of RSA and ECDSA keys with certainty; everybody reads this one.
            var form = type == "ed25519" ? (string[])[] : ["-m", "PEM"];
            await Run.RequireAsync(folder, "ssh-keygen", ["-q", "-t", type, "-b", bits, "-N", "", "-C", name, .. form, "-f", FileOf(name)]);
        }
    }

    private string FileOf(string name) => Path.Combine(folder, "id_" + name);
}
