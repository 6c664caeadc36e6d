using System.Buffers.Binary;
using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Authentication;

/// <summary>
/// What a FIDO key signs in place of the data, https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.u2f
/// </summary>
internal static class HardwareSignature
{
    public const int MaxApplication = 256;
    public const int SignedSize = 32 + 1 + 4 + 32;
    private const byte UserPresent = 1;

    /// <summary>Reads flags and counter; false when nobody touched the key.</summary>
    public static bool TryRead(ref SshReader signature, scoped ReadOnlySpan<byte> application, scoped ReadOnlySpan<byte> data, scoped Span<byte> signed)
    {
        var flags = signature.ReadByte();
        var counter = signature.ReadUInt32();
        SHA256.HashData(application, signed);
        signed[32] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(signed[33..], counter);
        SHA256.HashData(data, signed[37..]);
        return (flags & UserPresent) != 0;
    }
}
