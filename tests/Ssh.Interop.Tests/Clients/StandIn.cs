using System.Globalization;
using System.Text;
using Granary.Ssh.Interop.Tests.Algorithms;

namespace Granary.Ssh.Interop.Tests.Clients;

/// <summary>A library behind a program of ours that takes ssh's place; all take the same arguments.</summary>
public abstract class StandIn : InteropClient
{
    protected abstract string Program { get; }

    public override Task<string> CommandAsync(InteropServer server, string home, string key, Choice choice, int? rekey = null)
    {
        var command = new StringBuilder(Program);
        Add("key", Quote(key));
        Add("known", Quote(server.KnownHosts));
        Add("kex", choice.KeyExchange);
        Add("host-key", choice.HostKey);
        Add("cipher", choice.Cipher);
        Add("mac", choice.Mac);
        Add("user-key", choice.UserKey);
        Add("rekey", rekey?.ToString(CultureInfo.InvariantCulture));
        return Task.FromResult(command.ToString());

        void Add(string option, string? value)
        {
            if (value is not null) command.Append(CultureInfo.InvariantCulture, $" --{option} {value}");
        }
    }
}
