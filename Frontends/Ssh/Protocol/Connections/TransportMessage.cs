using Granary.Frontends.Ssh.Protocol.Packets;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>A message that may be sent during a key exchange.</summary>
/// <param name="Payload">The message.</param>
/// <param name="NewKeys">For SSH_MSG_NEWKEYS: what comes after it.</param>
internal readonly record struct TransportMessage(byte[] Payload, OutboundKeys? NewKeys = null);

/// <param name="Cipher">Protects what follows.</param>
/// <param name="ResetSequence">Strict key exchange.</param>
/// <param name="ExtInfo">SSH_MSG_EXT_INFO, which must be the very next message.</param>
internal sealed record OutboundKeys(PacketCipher Cipher, bool ResetSequence, byte[]? ExtInfo);
