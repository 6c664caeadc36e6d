using System.Runtime.InteropServices;

namespace Granary.Frontends.Ssh.Protocol.Sodium;

/// <summary>The entry points used of libsodium, https://doc.libsodium.org. All return 0 for success.</summary>
internal static partial class Libsodium
{
    private const string Library = "libsodium";

    static Libsodium()
    {
        if (Init() < 0) throw new InvalidOperationException("libsodium could not be initialised.");
    }

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int Init();

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_curve25519")]
    internal static partial int ScalarMult(Span<byte> shared, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> point);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_curve25519_base")]
    internal static partial int ScalarMultBase(Span<byte> point, ReadOnlySpan<byte> secret);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_seed_keypair")]
    internal static partial int SignSeedKeyPair(Span<byte> publicKey, Span<byte> secretKey, ReadOnlySpan<byte> seed);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_detached")]
    internal static partial int SignDetached(Span<byte> signature, IntPtr length, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> secretKey);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_verify_detached")]
    internal static partial int VerifyDetached(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> publicKey);

    [LibraryImport(Library, EntryPoint = "crypto_stream_chacha20_xor_ic")]
    internal static unsafe partial int ChaCha20Xor(byte* output, byte* input, ulong length, byte* nonce, ulong counter, byte* key);

    [LibraryImport(Library, EntryPoint = "crypto_onetimeauth_poly1305")]
    internal static unsafe partial int Poly1305(byte* tag, byte* message, ulong length, byte* key);

    [LibraryImport(Library, EntryPoint = "crypto_kem_mlkem768_enc")]
    internal static partial int MlKem768Encapsulate(Span<byte> ciphertext, Span<byte> secret, ReadOnlySpan<byte> publicKey);

    [LibraryImport(Library, EntryPoint = "crypto_kem_mlkem768_keypair")]
    internal static partial int MlKem768KeyPair(Span<byte> publicKey, Span<byte> secretKey);

    [LibraryImport(Library, EntryPoint = "crypto_kem_mlkem768_dec")]
    internal static partial int MlKem768Decapsulate(Span<byte> secret, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> secretKey);
}
