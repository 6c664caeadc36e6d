using Granary.Accounts;

namespace Granary.Grains.Tests.Accounts;

public sealed class SshPublicKeyParserTests
{
    [Theory]
    [InlineData(PublicKeys.Ed25519, "ssh-ed25519", "SHA256:8MWaT5P1MFqm96RxCsLI7O4XBvYU761aPb+6XbLq1oY")]
    [InlineData(PublicKeys.Ecdsa256, "ecdsa-sha2-nistp256", "SHA256:jENwjfrWQSYeIa/n06bKbd9tkC5ofEn4IZ06RnV+u8k")]
    [InlineData(PublicKeys.Ecdsa384, "ecdsa-sha2-nistp384", "SHA256:ODVnwHK8fgq/UkkLxxGyWf6ctlLp4ZDDpBxoku7OWJE")]
    [InlineData(PublicKeys.Ecdsa521, "ecdsa-sha2-nistp521", "SHA256:Dcs8y5lmagx4nIJFzjFi/jUelEYGbV0sBymI2XGX5RQ")]
    [InlineData(PublicKeys.Rsa3072, "ssh-rsa", "SHA256:+ta1CkrgsnDB7+9afLgRXRksvnBX82gE8VnGox7pp8s")]
    [InlineData(PublicKeys.SkEd25519, "sk-ssh-ed25519@openssh.com", null)]
    [InlineData(PublicKeys.SkEcdsa256, "sk-ecdsa-sha2-nistp256@openssh.com", null)]
    public void TryParse_GoodKey_HasTheFingerprintOfSshKeygen(string line, string algorithm, string? fingerprint)
    {
        Assert.True(SshPublicKeyParser.TryParse(line + "\r\n", out var key, out var fault), fault);
        Assert.Equal(algorithm, key.Algorithm);
        Assert.NotEmpty(key.Comment);
        if (fingerprint is not null) Assert.Equal(fingerprint, key.Fingerprint);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("  ", "empty")]
    [InlineData("ssh-ed25519", "not complete")]
    [InlineData("ssh-ed25519 %%%%", "not complete")]
    [InlineData(PublicKeys.Dsa, "too weak")]
    [InlineData(PublicKeys.Rsa2048, "at least 3072 bits")]
    [InlineData("restrict " + PublicKeys.Ed25519, "Options")]
    [InlineData("command=\"sh\" " + PublicKeys.Ed25519, "Options")]
    [InlineData("ssh-ed25519-cert-v01@openssh.com AAAA", "Certificates")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "private key")]
    [InlineData("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA", "another format")]
    [InlineData(PublicKeys.Ed25519 + "\n" + PublicKeys.Ecdsa256, "one line")]
    [InlineData("hello world", "known algorithm")]
    public void TryParse_BadLine_SaysWhy(string? line, string words)
    {
        Assert.False(SshPublicKeyParser.TryParse(line, out _, out var fault));
        Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_TooLong_IsRefused() =>
        Assert.False(SshPublicKeyParser.TryParse(PublicKeys.Ed25519 + new string('x', SshPublicKeyParser.MaxLineLength), out _, out _));

    [Theory]
    [InlineData(PublicKeys.Ed25519)]
    [InlineData(PublicKeys.Ecdsa256)]
    [InlineData(PublicKeys.Ecdsa521)]
    [InlineData(PublicKeys.Rsa3072)]
    [InlineData(PublicKeys.SkEd25519)]
    public void TryParse_DamagedAnywhere_IsRefusedOrAnotherKey(string line)
    {
        var algorithm = line.Split(' ')[0];
        var blob = Convert.FromBase64String(line.Split(' ')[1]);
        for (var length = 0; length < blob.Length; length++) Assert.False(Parses(algorithm, blob[..length]));
        Assert.False(Parses(algorithm, [.. blob, 0]));

        // Every length field is within the first bytes of its part: a lie in any is found.
        for (var i = 0; i < 4 + algorithm.Length + 4; i++)
        {
            var damaged = blob.ToArray();
            damaged[i] ^= 0x40;
            Assert.False(Parses(algorithm, damaged));
        }
    }

    [Fact]
    public void TryParse_PointNotOnTheCurve_IsRefused()
    {
        foreach (var line in new[] { PublicKeys.Ecdsa256, PublicKeys.Ecdsa384, PublicKeys.Ecdsa521 })
        {
            var blob = Convert.FromBase64String(line.Split(' ')[1]);
            blob[^1] ^= 1;
            Assert.False(Parses(line.Split(' ')[0], blob));
        }
    }

    [Fact]
    public void TryParse_InnerAlgorithmDiffers_IsRefused() =>
        Assert.False(Parses("ssh-rsa", Convert.FromBase64String(PublicKeys.Ed25519.Split(' ')[1])));

    [Fact]
    public void TryParse_CommentWithControls_IsCleaned()
    {
        Assert.True(SshPublicKeyParser.TryParse(PublicKeys.Ed25519 + " \u001b[31mred\u0007", out var key, out _));
        Assert.DoesNotContain(key.Comment, char.IsControl);
    }

    private static bool Parses(string algorithm, byte[] blob) =>
        SshPublicKeyParser.TryParse($"{algorithm} {Convert.ToBase64String(blob)}", out _, out _);
}
