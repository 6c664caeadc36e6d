namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>How a shared secret enters the hashes.</summary>
internal static class SharedSecret
{
    public static byte[] Mpint(ReadOnlySpan<byte> secret)
    {
        var target = new FixedBuffer(5 + secret.Length);
        new Wire.SshWriter(target).WriteMpint(secret);
        return target.Take();
    }

    public static byte[] String(ReadOnlySpan<byte> secret)
    {
        var target = new FixedBuffer(4 + secret.Length);
        new Wire.SshWriter(target).WriteString(secret);
        return target.Take();
    }
}
