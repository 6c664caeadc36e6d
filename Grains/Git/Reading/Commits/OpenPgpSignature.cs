using System.Buffers.Binary;

namespace Granary.Grains.Git.Reading.Commits;

/// <summary>Finds the issuer in a signature packet: RFC 9580, sections 4.2 and 5.2.</summary>
internal static class OpenPgpSignature
{
    private const int SignatureTag = 2;
    private const int IssuerKeyId = 16;
    private const int IssuerFingerprint = 33;

    /// <returns>The fingerprint in upper-case digits, else the key id; empty when it tells neither.</returns>
    /// <exception cref="IndexOutOfRangeException">It is cut short, which other exceptions of ranges and numbers tell as well.</exception>
    public static string IssuerOf(ReadOnlySpan<byte> packets)
    {
        if (packets.IsEmpty || (packets[0] & 0x80) == 0) return "";
        var isNew = (packets[0] & 0x40) != 0;
        if ((isNew ? packets[0] & 0x3f : (packets[0] >> 2) & 15) != SignatureTag) return "";
        var body = isNew ? NewBody(packets) : OldBody(packets);
        var version = body[0];
        if (version is 2 or 3) return Convert.ToHexString(body.Slice(7, 8));
        if (version is not (4 or 6)) return "";
        body = body[4..];
        var issuer = "";
        for (var area = 0; area < 2; area++)
        {
            var length = version == 4 ? BinaryPrimitives.ReadUInt16BigEndian(body) : checked((int)BinaryPrimitives.ReadUInt32BigEndian(body));
            body = body[(version == 4 ? 2 : 4)..];
            issuer = Better(issuer, Search(body[..length]));
            body = body[length..];
        }

        return issuer;
    }

    private static ReadOnlySpan<byte> OldBody(ReadOnlySpan<byte> packets) => (packets[0] & 3) switch
    {
        0 => packets[2..],
        1 => packets[3..],
        2 => packets[5..],
        _ => packets[1..],
    };

    private static ReadOnlySpan<byte> NewBody(ReadOnlySpan<byte> packets) => packets[(1 + LengthOfLength(packets[1]))..];

    private static int LengthOfLength(byte first) => first < 192 ? 1 : first < 255 ? 2 : 5;

    private static string Search(ReadOnlySpan<byte> area)
    {
        var issuer = "";
        while (!area.IsEmpty)
        {
            var first = area[0];
            var prefix = LengthOfLength(first);
            var length = prefix == 1 ? first
                : prefix == 2 ? ((first - 192) << 8) + area[1] + 192
                : checked((int)BinaryPrimitives.ReadUInt32BigEndian(area[1..]));
            var packet = area.Slice(prefix, length);
            var type = packet[0] & 0x7f;
            if (type == IssuerKeyId && packet.Length == 9) issuer = Better(issuer, Convert.ToHexString(packet[1..]));
            else if (type == IssuerFingerprint && packet.Length > 2) issuer = Better(issuer, Convert.ToHexString(packet[2..]));
            area = area[(prefix + length)..];
        }

        return issuer;
    }

    private static string Better(string one, string other) => other.Length > one.Length ? other : one;
}
