using System.Globalization;
using Granary.Ssh.Interop.Tests.Algorithms;

namespace Granary.Ssh.Interop.Tests.Clients;

/// <summary>
/// PuTTY's plink. Preferences are those of a saved session, by families: what stands behind WARN would need a confirmation,
/// which there is nobody to give.
/// </summary>
public sealed class Plink : InteropClient
{
    private const string Session = "granary";

    private static readonly Dictionary<string, string> Families = new()
    {
        ["ssh-ed25519"] = "ed25519",
        ["ecdsa-sha2-nistp256"] = "ecdsa",
        ["rsa-sha2-512"] = "rsa",
        ["aes256-gcm@openssh.com"] = "aesgcm",
        ["chacha20-poly1305@openssh.com"] = "chacha20",
        ["aes256-ctr"] = "aes",
    };

    public override Offer Offer { get; } = new(
        [], ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512"], ["aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr"], [],
        [.. Offer.Server.UserKeys.Where(static name => name != "rsa-sha2-256")]);

    /// <summary>git has no way to give a variable to plink; the session has.</summary>
    public override IReadOnlyList<int> Versions => [0];

    public override IReadOnlyList<int> RekeyLimits => [64 << 10, 1 << 20];

    public override string Variant => "plink";

    public override async Task NeedAsync()
    {
        await Run.NeedAsync("plink", "-V");
        await Run.NeedAsync("puttygen", "--version");
    }

    public override async Task<string> CommandAsync(InteropServer server, string home, string key, Choice choice, int? rekey = null)
    {
        var own = Path.Combine(home, $"{Path.GetFileName(key)}.ppk");
        if (!File.Exists(own)) await Run.RequireAsync(home, "puttygen", key, "-O", "private", "-o", own);
        var sessions = Directory.CreateDirectory(Path.Combine(home, ".putty", "sessions"));
        await File.WriteAllLinesAsync(Path.Combine(sessions.FullName, Session),
        [
            "Protocol=ssh", "SshProt=3", "TryAgent=0",
            "HostKey=" + Only(choice.HostKey, ["ed25519", "ecdsa", "rsa"]),
            "Cipher=" + Only(choice.Cipher, ["aesgcm", "chacha20", "aes"]),
            "RekeyBytes=" + (rekey ?? 0).ToString(CultureInfo.InvariantCulture),
        ]);
        var hostKeys = (await Run.RequireAsync(home, "ssh-keygen", "-l", "-f", server.KnownHosts)).Split('\n').Select(static line => "-hostkey " + line.Split(' ')[1]);
        return $"env HOME={Quote(home)} plink -batch -load {Session} -i {Quote(own)} {string.Join(' ', hostKeys)}";
    }

    private static string Only(string? name, string[] families) =>
        name is null ? string.Join(',', families) + ",WARN" : $"{Families[name]},WARN,{string.Join(',', families.Where(family => family != Families[name]))}";
}

public sealed class PlinkTests(InteropServer server) : RekeyingClientTests(server, new Plink());
