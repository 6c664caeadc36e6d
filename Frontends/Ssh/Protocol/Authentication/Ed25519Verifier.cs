using Granary.Frontends.Ssh.Protocol.Sodium;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Authentication;

/// <summary>ssh-ed25519, https://www.rfc-editor.org/rfc/rfc8709#section-6, and its form on hardware.</summary>
internal sealed class Ed25519Verifier(bool hardware) : IUserKeyVerifier
{
    public bool Verify(SshReader key, SshReader signature, ReadOnlySpan<byte> data)
    {
        var publicKey = key.ReadString(32);
        var application = hardware ? key.ReadString(HardwareSignature.MaxApplication) : default;
        key.ExpectEnd();
        var value = signature.ReadString(64);
        if (publicKey.Length != 32 || value.Length != 64) throw SshProtocolException.Protocol("An Ed25519 key or signature has the wrong length.");
        Span<byte> signed = stackalloc byte[HardwareSignature.SignedSize];
        if (hardware && !HardwareSignature.TryRead(ref signature, application, data, signed)) return false;
        scoped var message = hardware ? signed : data;

        signature.ExpectEnd();
        return Libsodium.VerifyDetached(value, message, (ulong)message.Length, publicKey) == 0;
    }
}
