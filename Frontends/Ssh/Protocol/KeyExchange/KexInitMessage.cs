using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>SSH_MSG_KEXINIT, https://www.rfc-editor.org/rfc/rfc4253#section-7.1</summary>
internal sealed record KexInitMessage(
    string[] KeyExchanges, string[] HostKeys, string[] CiphersIn, string[] CiphersOut, string[] MacsIn, string[] MacsOut,
    string[] CompressionsIn, string[] CompressionsOut, bool FirstPacketFollows)
{
    /// <summary>https://github.com/openssh/openssh-portable/blob/master/PROTOCOL section 1.10</summary>
    public const string StrictClient = "kex-strict-c-v00@openssh.com";
    public const string StrictServer = "kex-strict-s-v00@openssh.com";

    /// <summary>https://www.rfc-editor.org/rfc/rfc8308#section-2.1</summary>
    public const string ExtInfoClient = "ext-info-c";
    private const int MaxList = 8192;

    public static KexInitMessage Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        reader.ReadBytes(16);
        var message = new KexInitMessage(
            reader.ReadNameList(MaxList), reader.ReadNameList(MaxList), reader.ReadNameList(MaxList), reader.ReadNameList(MaxList),
            reader.ReadNameList(MaxList), reader.ReadNameList(MaxList), reader.ReadNameList(MaxList), reader.ReadNameList(MaxList),
            SkipLanguages(ref reader));
        reader.ReadUInt32();
        reader.ExpectEnd();
        return message;
    }

    /// <summary>Ours. Strict key exchange is announced in the first one only.</summary>
    public static byte[] Create(AlgorithmLists lists, IReadOnlyList<string> hostKeys, bool first) =>
        Message.Create(MessageNumber.KexInit, (lists, hostKeys, first), static (writer, state) =>
        {
            Span<byte> cookie = stackalloc byte[16];
            RandomNumberGenerator.Fill(cookie);
            writer.WriteBytes(cookie);
            writer.WriteNameList(state.first ? [.. state.lists.KeyExchanges, StrictServer] : state.lists.KeyExchanges);
            writer.WriteNameList(state.hostKeys);
            writer.WriteNameList(state.lists.Ciphers);
            writer.WriteNameList(state.lists.Ciphers);
            writer.WriteNameList(state.lists.Macs);
            writer.WriteNameList(state.lists.Macs);
            writer.WriteString("none");
            writer.WriteString("none");
            writer.WriteString("");
            writer.WriteString("");
            writer.WriteBoolean(false);
            writer.WriteUInt32(0);
        });

    private static bool SkipLanguages(ref SshReader reader)
    {
        reader.ReadString(MaxList);
        reader.ReadString(MaxList);
        return reader.ReadBoolean();
    }
}
