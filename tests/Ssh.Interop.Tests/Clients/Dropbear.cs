using Granary.Ssh.Interop.Tests.Algorithms;

namespace Granary.Ssh.Interop.Tests.Clients;

/// <summary>Dropbear's dbclient with its window of 24 KiB, which is less than one packet.</summary>
public sealed class Dropbear : InteropClient
{
    public override Offer Offer { get; } = new(
        [], [], ["chacha20-poly1305@openssh.com", "aes256-ctr", "aes128-ctr"], ["hmac-sha2-256"],
        [.. Offer.Server.UserKeys.Where(static name => name != "rsa-sha2-512")]);

    /// <summary>It sends no environment.</summary>
    public override IReadOnlyList<int> Versions => [0];

    public override async Task NeedAsync()
    {
        await Run.NeedAsync("dbclient", "-V");
        await Run.NeedAsync("sh", "-c", "command -v dropbearconvert");
    }

    public override async Task<string> CommandAsync(InteropServer server, string home, string key, Choice choice, int? rekey = null)
    {
        var own = Path.Combine(home, $"{Path.GetFileName(key)}.dropbear");
        if (!File.Exists(own)) await Run.RequireAsync(home, "dropbearconvert", "openssh", "dropbear", key, own);
        var cipher = choice.Cipher is null ? "" : " -c " + choice.Cipher;
        var mac = choice.Mac is null ? "" : " -m " + choice.Mac;
        return $"env HOME={Quote(home)} dbclient -y -y -W 24576 -i {Quote(own)}{cipher}{mac}";
    }
}

public sealed class DropbearTests(InteropServer server) : ClientTests(server, new Dropbear());
