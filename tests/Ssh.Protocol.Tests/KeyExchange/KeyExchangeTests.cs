using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.KeyExchange;
using Granary.Frontends.Ssh.Protocol.Sodium;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Granary.Frontends.Ssh.Protocol.Tests.KeyExchange;

public sealed class KeyExchangeTests
{
    /// <summary>https://www.rfc-editor.org/rfc/rfc7748#section-5.2 and 6.1</summary>
    [Theory]
    [InlineData("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData("77076d0a7318a57d3c16c17251b26645df4c6b27df2f8f4f9f9d8d6d5d6f4d5b", "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", "")]
    public void X25519_Vectors_Agree(string secret, string point, string expected)
    {
        var shared = new byte[32];
        Assert.Equal(0, Libsodium.ScalarMult(shared, Convert.FromHexString(secret), Convert.FromHexString(point)));
        if (expected.Length > 0)
        {
            Assert.Equal(expected, Convert.ToHexStringLower(shared));
            return;
        }

        var other = new byte[32];
        new X25519PrivateKeyParameters(Convert.FromHexString(secret)).GenerateSecret(new X25519PublicKeyParameters(Convert.FromHexString(point)), other);
        Assert.Equal(other, shared);
    }

    [Fact]
    public void Curve25519_WithAnotherImplementation_AgreesOnTheMpint()
    {
        var ours = new X25519PrivateKeyParameters(new SecureRandom());
        var secret = Curve25519.Instance.Respond(ours.GeneratePublicKey().GetEncoded(), out var reply);
        var expected = new byte[32];
        ours.GenerateSecret(new X25519PublicKeyParameters(reply), expected);
        Assert.Equal(SharedSecret.Mpint(expected), secret);
    }

    [Fact]
    public void NistP256_WithAnotherImplementation_AgreesOnTheMpint()
    {
        var curve = Org.BouncyCastle.Asn1.X9.ECNamedCurveTable.GetByName("P-256");
        var domain = new ECDomainParameters(curve);
        var generator = new ECKeyPairGenerator();
        generator.Init(new ECKeyGenerationParameters(domain, new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        var secret = NistP256.Instance.Respond(((ECPublicKeyParameters)pair.Public).Q.GetEncoded(false), out var reply);
        var agreement = new ECDHBasicAgreement();
        agreement.Init(pair.Private);
        var expected = agreement.CalculateAgreement(new ECPublicKeyParameters(curve.Curve.DecodePoint(reply), domain));
        Assert.Equal(SharedSecret.Mpint(expected.ToByteArrayUnsigned()), secret);
    }

    [Fact]
    public void MlKem_WithAnotherImplementation_AgreesOnTheString()
    {
        var random = new SecureRandom();
        var generator = new MLKemKeyPairGenerator();
        generator.Init(new MLKemKeyGenerationParameters(random, MLKemParameters.ml_kem_768));
        var pair = generator.GenerateKeyPair();
        var ours = new X25519PrivateKeyParameters(random);
        var secret = MlKemX25519.Instance.Respond([.. ((MLKemPublicKeyParameters)pair.Public).GetEncoded(), .. ours.GeneratePublicKey().GetEncoded()], out var reply);
        var decapsulator = new MLKemDecapsulator(MLKemParameters.ml_kem_768);
        decapsulator.Init(pair.Private);
        var combined = new byte[64];
        decapsulator.Decapsulate(reply, 0, 1088, combined, 0, 32);
        ours.GenerateSecret(new X25519PublicKeyParameters(reply, 1088), combined, 32);
        Assert.Equal(SharedSecret.String(SHA256.HashData(combined)), secret);
    }

    [Fact]
    public void Derivation_MoreThanOneHash_IsChained()
    {
        byte[] secret = [1], hash = [2], session = [3];
        var key = new byte[64];
        KeyDerivation.Derive(key, 'C', secret, hash, session);
        var first = SHA256.HashData([1, 2, (byte)'C', 3]);
        Assert.Equal([.. first, .. SHA256.HashData([1, 2, .. first])], key);
    }

    [Theory]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000ff")]
    [InlineData("80000000000000000000000000000000000000000000000000000000000000ff")]
    [InlineData("7f000000000000000000000000000000000000000000000000000000000000ff")]
    public void SharedSecret_LeadingZerosAndHighBit_AreAnMpint(string secret)
    {
        var number = new System.Numerics.BigInteger(Convert.FromHexString(secret), isUnsigned: true, isBigEndian: true);
        var expected = number.ToByteArray(isBigEndian: true);
        Assert.Equal([0, 0, 0, (byte)expected.Length, .. expected], SharedSecret.Mpint(Convert.FromHexString(secret)));
    }
}
