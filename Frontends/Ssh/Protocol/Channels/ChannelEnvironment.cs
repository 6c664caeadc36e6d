using System.Text;
using Granary.Frontends.Ssh.Protocol.Connections;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>
/// The variables that a client may set, https://www.rfc-editor.org/rfc/rfc4254#section-6.4: <c>GIT_PROTOCOL</c> is kept,
/// <c>LANG</c> and <c>LC_*</c>, which many clients send unasked, are accepted without effect.
/// </summary>
internal sealed class ChannelEnvironment
{
    private int _count;

    public string? GitProtocol { get; private set; }

    public bool TrySet(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, SshOptions options, SshInstruments instruments)
    {
        if (++_count > options.MaxEnvironmentVariables || name.Length + value.Length > options.MaxEnvironmentSize)
        {
            instruments.Refused(ChannelLimit.Environment);
            return false;
        }

        if (name.SequenceEqual("LANG"u8) || name.StartsWith("LC_"u8)) return true;
        if (!name.SequenceEqual("GIT_PROTOCOL"u8) || !IsProtocol(value)) return false;
        GitProtocol = Encoding.ASCII.GetString(value);
        return true;
    }

    /// <summary>Keys and values of https://git-scm.com/docs/git#Documentation/git.txt-GITPROTOCOL, of harmless letters.</summary>
    private static bool IsProtocol(ReadOnlySpan<byte> value)
    {
        foreach (var letter in value)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && !"=:._-"u8.Contains(letter)) return false;
        }

        return !value.IsEmpty;
    }
}
