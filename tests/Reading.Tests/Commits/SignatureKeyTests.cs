using System.Text;
using Granary.Git.Reading;
using Granary.Grains.Git.Reading.Commits;

namespace Granary.Reading.Tests.Commits;

/// <summary>Key ids of signatures.</summary>
public sealed class SignatureKeyTests
{
    private static readonly byte[] Fingerprint = [.. Enumerable.Range(1, 20).Select(static i => (byte)i)];

    [Fact]
    public void OpenPgp_WithAFingerprint_GivesIt()
    {
        byte[] body = [4, 0, 22, 8, 0, 23, 22, 33, 4, .. Fingerprint, 0, 10, 9, 16, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0];
        Assert.Equal(new ObjectSignature(SignatureKind.OpenPgp, Convert.ToHexString(Fingerprint)), Read([0xc2, (byte)body.Length, .. body]));
    }

    [Fact]
    public void OpenPgp_WithAKeyIdOnly_GivesIt()
    {
        byte[] body = [4, 0, 1, 8, 0, 0, 0, 10, 9, 16, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0];
        Assert.Equal(new ObjectSignature(SignatureKind.OpenPgp, "0102030405060708"), Read([0x88, (byte)body.Length, .. body]));
    }

    [Fact]
    public void Rubbish_OfAnyLength_IsASignatureWithoutAKey()
    {
        var random = new Random(7);
        for (var length = 0; length < 300; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            if (length > 0) bytes[0] = 0xc2;
            Assert.Equal(SignatureKind.OpenPgp, Read(bytes).Kind);
            Assert.Equal(SignatureKind.Ssh, Read(bytes, "SSH").Kind);
        }
    }

    private static ObjectSignature Read(byte[] packet, string kind = "PGP") => SignatureKey.Read(Encoding.ASCII.GetBytes(
        $"-----BEGIN {kind} SIGNATURE-----\n \n {Convert.ToBase64String(packet)}\n =abcd\n -----END {kind} SIGNATURE-----"));
}
