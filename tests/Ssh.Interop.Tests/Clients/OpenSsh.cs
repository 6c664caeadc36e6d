using System.Globalization;
using System.Text;
using Granary.Ssh.Interop.Tests.Algorithms;

namespace Granary.Ssh.Interop.Tests.Clients;

/// <summary>OpenSSH's ssh.</summary>
public sealed class OpenSsh : InteropClient
{
    private static readonly Lazy<Offer> Known = new(static () => new Offer(
        Query("kex"), Query("HostKeyAlgorithms"), Query("cipher"), Query("mac"), Query("PubkeyAcceptedAlgorithms")));

    /// <summary>What this version of it knows.</summary>
    public override Offer Offer => Known.Value;

    public override IReadOnlyList<int> RekeyLimits => [64 << 10, 256 << 10, 1 << 20];

    public override Task NeedAsync() => Run.NeedAsync("ssh", "-V");

    public override Task<string> CommandAsync(InteropServer server, string home, string key, Choice choice, int? rekey = null)
    {
        var command = new StringBuilder("ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o LogLevel=ERROR");
        command.Append(CultureInfo.InvariantCulture, $" -o UserKnownHostsFile={Quote(server.KnownHosts)} -i {Quote(key)}");
        Add("KexAlgorithms", choice.KeyExchange);
        Add("HostKeyAlgorithms", choice.HostKey);
        Add("Ciphers", choice.Cipher);
        Add("MACs", choice.Mac);
        Add("PubkeyAcceptedAlgorithms", choice.UserKey);
        Add("RekeyLimit", rekey?.ToString(CultureInfo.InvariantCulture));
        return Task.FromResult(command.ToString());

        void Add(string option, string? value)
        {
            if (value is not null) command.Append(CultureInfo.InvariantCulture, $" -o {option}={value}");
        }
    }

    private static string[] Query(string kind) => Run.RequireAsync(Path.GetTempPath(), "ssh", "-Q", kind).GetAwaiter().GetResult().Split('\n');
}
