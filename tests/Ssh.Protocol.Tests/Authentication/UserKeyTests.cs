using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Authentication;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Tests.Authentication;

public sealed class UserKeyTests
{
    private static readonly byte[] Data = "what is signed"u8.ToArray();

    private static bool Verify(string algorithm, byte[] key, byte[] signature, byte[] data)
    {
        var keyReader = new SshReader(key);
        keyReader.ReadString();
        var signatureReader = new SshReader(signature);
        signatureReader.ReadString();
        return UserKeyAlgorithm.Find(algorithm)!.Verifier.Verify(keyReader, signatureReader, data);
    }

    /// <summary>https://www.rfc-editor.org/rfc/rfc8032#section-7.1 test 2.</summary>
    [Fact]
    public void Ed25519_VectorOfTheRfc_Verifies()
    {
        using var key = new Ed25519HostKey(Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
        var signature = key.Sign("ssh-ed25519", [0x72]);
        Assert.EndsWith("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00", Convert.ToHexStringLower(signature));
        Assert.True(Verify("ssh-ed25519", key.PublicBlob, signature, [0x72]));
    }

    [Theory]
    [InlineData("ed25519", "ssh-ed25519")]
    [InlineData("ecdsa", "ecdsa-sha2-nistp256")]
    [InlineData("rsa", "rsa-sha2-512")]
    [InlineData("rsa", "rsa-sha2-256")]
    public void Signature_ChangedAnywhere_DoesNotVerify(string type, string algorithm)
    {
        using var key = HostKeys.OpenSshKeyFileTests.Create(type);
        var signature = key.Sign(algorithm, Data);
        Assert.True(Verify(algorithm, key.PublicBlob, signature, Data));
        Assert.False(Verify(algorithm, key.PublicBlob, signature, [.. Data, 0]));
        for (var at = signature.Length - 60; at < signature.Length; at += 7)
        {
            var changed = (byte[])signature.Clone();
            changed[at] ^= 1;
            try
            {
                Assert.False(Verify(algorithm, key.PublicBlob, changed, Data));
            }
            catch (SshProtocolException)
            {
                // The numbers are not even well-formed any more.
            }
        }
    }

    [Theory]
    [InlineData(0x01, true)]
    [InlineData(0x05, true)]
    [InlineData(0x00, false)]
    [InlineData(0x04, false)]
    public void HardwareKeys_WithoutTouch_AreRefused(byte flags, bool accepted)
    {
        byte[] counter = [0, 0, 0, 9];
        byte[] signed = [.. SHA256.HashData("ssh:"u8), flags, .. counter, .. SHA256.HashData(Data)];
        using var ed25519 = Ed25519HostKey.Create();
        var blob = Blobs.Create(ed25519.PublicBlob[^32..], static (writer, point) =>
        {
            writer.WriteString("sk-ssh-ed25519@openssh.com");
            writer.WriteString(point);
            writer.WriteString("ssh:");
        });
        byte[] signature = [.. Blobs.Signature("sk-ssh-ed25519@openssh.com", ed25519.Sign("ssh-ed25519", signed)[^64..]), flags, .. counter];
        Assert.Equal(accepted, Verify("sk-ssh-ed25519@openssh.com", blob, signature, Data));

        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = ecdsa.ExportParameters(false).Q;
        var raw = ecdsa.SignData(signed, HashAlgorithmName.SHA256);
        blob = Blobs.Create((byte[])[4, .. q.X!, .. q.Y!], static (writer, point) =>
        {
            writer.WriteString("sk-ecdsa-sha2-nistp256@openssh.com");
            writer.WriteString("nistp256");
            writer.WriteString(point);
            writer.WriteString("ssh:");
        });
        var numbers = Blobs.Create(raw, static (writer, raw) =>
        {
            writer.WriteMpint(raw.AsSpan(0, 32));
            writer.WriteMpint(raw.AsSpan(32));
        });
        signature = [.. Blobs.Signature("sk-ecdsa-sha2-nistp256@openssh.com", numbers), flags, .. counter];
        Assert.Equal(accepted, Verify("sk-ecdsa-sha2-nistp256@openssh.com", blob, signature, Data));
    }

    [Theory]
    [InlineData(1024, "010001")]
    [InlineData(2048, "01")]
    [InlineData(2048, "02")]
    [InlineData(2048, "0100000001")]
    [InlineData(2048, "")]
    public void Rsa_UnsoundNumbers_DoNotVerify(int bits, string exponent)
    {
        using var rsa = RSA.Create(bits);
        var modulus = rsa.ExportParameters(false).Modulus!;
        var key = Blobs.Create((modulus, exponent), static (writer, state) =>
        {
            writer.WriteString("ssh-rsa");
            writer.WriteMpint(Convert.FromHexString(state.exponent));
            writer.WriteMpint(state.modulus);
        });
        var signature = Blobs.Signature("rsa-sha2-256", rsa.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.False(Verify("rsa-sha2-256", key, signature, Data));
    }
}
