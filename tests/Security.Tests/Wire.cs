using System.Globalization;
using System.Text;

namespace Granary.Security.Tests;

/// <summary>The little of git's wire format that these tests write themselves.</summary>
internal static class Wire
{
    public const string UploadPack = "git-upload-pack";
    public const string ReceivePack = "git-receive-pack";
    public const string Zero = "0000000000000000000000000000000000000000";

    public static byte[] Flush => "0000"u8.ToArray();

    public static byte[] Pkt(string line) => Pkt(Encoding.UTF8.GetBytes(line));

    public static byte[] Pkt(ReadOnlySpan<byte> payload) =>
        [.. Encoding.ASCII.GetBytes((payload.Length + 4).ToString("x4", CultureInfo.InvariantCulture)), .. payload];
}
