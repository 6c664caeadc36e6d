using System.Globalization;

namespace Granary.Tests.Ssh.NetClient;

/// <summary>The arguments of a stand-in for ssh: those of the tests (<c>--key FILE</c> …), then what git adds (<c>-o … -p PORT git@HOST COMMAND</c>).</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = [];

    public Arguments(string[] words)
    {
        var at = 0;
        for (; words[at].StartsWith('-'); at += 2) _options[words[at]] = words[at + 1];
        var destination = words[at].Split('@');
        (User, Host, Command) = (destination[0], destination[1], words[at + 1]);
    }

    public string User { get; }

    public string Host { get; }

    public string Command { get; }

    public int Port => int.Parse(_options["-p"], CultureInfo.InvariantCulture);

    public string Key => _options["--key"];

    /// <summary>A known_hosts file.</summary>
    public string Known => _options["--known"];

    /// <summary>One algorithm, or null for all that the library has.</summary>
    public string? this[string name] => _options.GetValueOrDefault(name);
}
