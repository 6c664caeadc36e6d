using System.Security.Cryptography;
using Granary.Accounts;

namespace Granary.Grains.Tests.Accounts;

/// <summary>SSH keys that no other test has.</summary>
internal static class NewKey
{
    public static SshPublicKey Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        byte[] blob = [.. Field("ecdsa-sha2-nistp256"u8), .. Field("nistp256"u8), .. Field([4, .. point.X!, .. point.Y!])];
        Assert.True(SshPublicKeyParser.TryParse($"ecdsa-sha2-nistp256 {Convert.ToBase64String(blob)} made@test", out var parsed, out var fault), fault);
        return parsed;
    }

    private static byte[] Field(ReadOnlySpan<byte> bytes) => [0, 0, 0, (byte)bytes.Length, .. bytes];
}
