using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Granary.Frontends.Rpc.Tests.Fakes;
using Granary.Frontends.Rpc.Users;

namespace Granary.Frontends.Rpc.Tests.Users;

public sealed class SshPublicKeyLineTests
{
    [Fact]
    public void Ed25519_IsRead()
    {
        Assert.True(SshPublicKeyLine.TryParse(Samples.Ed25519Line + "\n", out var key, out _));
        Assert.Equal(("ssh-ed25519", "alice@example"), (key.Algorithm, key.Comment));
        Assert.Equal("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU", key.Fingerprint);
    }

    [Theory]
    [InlineData("nistp256", 32)]
    [InlineData("nistp384", 48)]
    [InlineData("nistp521", 66)]
    public void Ecdsa_OnItsCurve_IsRead_AndOffIt_IsRefused(string curve, int size)
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var point = ecdsa.ExportParameters(false).Q;
        byte[] encoded = [4, .. Pad(point.X!, size), .. Pad(point.Y!, size)];
        var algorithm = "ecdsa-sha2-" + curve;
        Assert.Null(Fault(algorithm, [.. Part(algorithm), .. Part(curve), .. Part(encoded)]));
        encoded[^1] ^= 1;
        Assert.NotNull(Fault(algorithm, [.. Part(algorithm), .. Part(curve), .. Part(encoded)]));
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(2047, false)]
    [InlineData(2048, true)]
    [InlineData(8192, true)]
    [InlineData(8200, false)]
    public void Rsa_ByItsSize(int bits, bool accepted)
    {
        var modulus = ((BigInteger.One << (bits - 1)) | 1).ToByteArray(isBigEndian: true);
        Assert.Equal(accepted, Fault("ssh-rsa", [.. Part("ssh-rsa"), .. Part([1, 0, 1]), .. Part(modulus)]) is null);
    }

    [Theory]
    [InlineData("ssh-dss AAAAB3NzaC1kc3M=", "not accepted")]
    [InlineData("ssh-ed25519 AAAAB3NzaC1kc3M=", "damaged")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJlAA==", "damaged")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5/////w==", "damaged")]
    [InlineData("ssh-ed25519 ***", "base64")]
    [InlineData("ssh-ed25519", "one line")]
    [InlineData("", "one line")]
    [InlineData("a b\nc d", "one line")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nx", "must stay secret")]
    public void Nonsense_IsRefusedWithAReason(string line, string reason)
    {
        Assert.False(SshPublicKeyLine.TryParse(line, out _, out var fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    private static string? Fault(string algorithm, byte[] blob) =>
        SshPublicKeyLine.TryParse($"{algorithm} {Convert.ToBase64String(blob)}", out _, out var fault) ? null : fault;

    private static byte[] Pad(byte[] value, int size) => [.. new byte[size - value.Length], .. value];

    private static byte[] Part(string text) => Part(Encoding.ASCII.GetBytes(text));

    private static byte[] Part(byte[] value)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        return [.. length, .. value];
    }
}
