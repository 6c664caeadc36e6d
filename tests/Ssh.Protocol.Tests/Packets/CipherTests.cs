using System.Buffers;
using Granary.Frontends.Ssh.Protocol.Packets;
using Granary.Frontends.Ssh.Protocol.Wire;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Granary.Frontends.Ssh.Protocol.Tests.Packets;

public sealed class CipherTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 7))];
    private static readonly byte[] Iv = [1, 2, 3, 4, 255, 255, 255, 255, 255, 255, 255, 254, 9, 9, 9, 9];

    public static TheoryData<string, string> Suites() => new()
    {
        { CipherSuite.Aes256Gcm, "" },
        { CipherSuite.Aes128Gcm, "" },
        { CipherSuite.ChaCha, "" },
        { "aes256-ctr", "hmac-sha2-256-etm@openssh.com" },
        { "aes192-ctr", "hmac-sha2-512-etm@openssh.com" },
        { "aes128-ctr", "hmac-sha2-256" },
        { "aes256-ctr", "hmac-sha2-512" },
    };

    [Theory, MemberData(nameof(Suites))]
    public void Packets_OfManySizesInPieces_ArriveAsTheyWere(string cipher, string mac)
    {
        var random = new Random(7);
        using var framer = new PacketFramer();
        using var reader = new PacketReader { MaxPacketLength = 256 << 10 };
        framer.UseKeys(Create(cipher, mac), resetSequence: true);
        reader.UseKeys(Create(cipher, mac), resetSequence: true);
        for (var i = 0; i < 300; i++)
        {
            var payload = new byte[i < 100 ? i + 1 : random.Next(1, 70_000)];
            random.NextBytes(payload);
            var buffer = new ArrayBufferWriter<byte>();
            framer.Write(buffer, payload.AsSpan(0, Math.Min(9, payload.Length)), new ReadOnlySequence<byte>(payload.AsMemory(Math.Min(9, payload.Length))));
            var cut = random.Next(buffer.WrittenCount);
            var partial = new ReadOnlySequence<byte>(buffer.WrittenMemory[..cut]);
            Assert.False(reader.TryRead(ref partial, out _));
            var whole = Segments.Of(buffer.WrittenMemory, random);
            Assert.True(reader.TryRead(ref whole, out var read));
            Assert.Equal(payload, read.ToArray());
            Assert.True(whole.IsEmpty);
        }
    }

    [Theory, MemberData(nameof(Suites))]
    public void Packet_AnyBitFlipped_IsRefused(string cipher, string mac)
    {
        using var framer = new PacketFramer();
        framer.UseKeys(Create(cipher, mac), resetSequence: true);
        var buffer = new ArrayBufferWriter<byte>();
        framer.Write(buffer, "some payload"u8, default);
        for (var bit = 0; bit < buffer.WrittenCount * 8; bit++)
        {
            using var reader = new PacketReader();
            reader.UseKeys(Create(cipher, mac), resetSequence: true);
            byte[] frame = [.. buffer.WrittenSpan, .. new byte[40_000]];
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            var sequence = new ReadOnlySequence<byte>(frame);
            Assert.Throws<SshProtocolException>(() => reader.TryRead(ref sequence, out _));
        }
    }

    [Fact]
    public void Gcm_SecondPacket_UsesTheNextInvocationCounter()
    {
        using var cipher = new GcmCipher(Key.AsSpan(0, 32), Iv);
        var first = Frame(16);
        cipher.Seal(first, 0);
        var second = Frame(16);
        cipher.Seal(second, 0);

        // ...fe + 1 = ...ff, checked with another implementation.
        var nonce = Iv[..12];
        nonce[11] = 255;
        var gcm = new GcmBlockCipher(new AesEngine());
        gcm.Init(true, new AeadParameters(new KeyParameter(Key[..32]), 128, nonce, Frame(16)[..4]));
        var expected = new byte[32];
        var count = gcm.ProcessBytes(Frame(16), 4, 16, expected, 0);
        gcm.DoFinal(expected, count);
        Assert.Equal(expected, second[4..]);
    }

    [Fact]
    public void ChaCha_Sealed_IsWhatAnotherImplementationComputes()
    {
        using var cipher = new ChaChaCipher(Key);
        var frame = Frame(24);
        var plain = frame.ToArray();
        cipher.Seal(frame, 5);
        byte[] nonce = [0, 0, 0, 0, 0, 0, 0, 5];
        var header = new ChaChaEngine(20);
        header.Init(true, new ParametersWithIV(new KeyParameter(Key[32..]), nonce));
        var expected = new byte[4 + 24];
        header.ProcessBytes(plain, 0, 4, expected, 0);
        var body = new ChaChaEngine(20);
        body.Init(true, new ParametersWithIV(new KeyParameter(Key[..32]), nonce));
        var block = new byte[64];
        body.ProcessBytes(new byte[64], 0, 64, block, 0);
        body.ProcessBytes(plain, 4, 24, expected, 4);
        Assert.Equal(expected, frame[..28]);
        var poly = new Poly1305();
        poly.Init(new KeyParameter(block[..32]));
        poly.BlockUpdate(expected, 0, expected.Length);
        var tag = new byte[16];
        poly.DoFinal(tag, 0);
        Assert.Equal(tag, frame[28..]);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void Ctr_LongAndShortRuns_AreWhatAnotherImplementationComputes(int keySize)
    {
        byte[] iv = [.. Enumerable.Repeat((byte)255, 15), 250];
        using var stream = new CtrKeyStream(Key.AsSpan(0, keySize), iv);
        var other = new SicBlockCipher(new AesEngine());
        other.Init(true, new ParametersWithIV(new KeyParameter(Key[..keySize]), iv));
        foreach (var size in new[] { 16, 48, 1024, 1040, 32_768, 40_000 })
        {
            var data = new byte[size];
            stream.Apply(data);
            var expected = new byte[size];
            for (var at = 0; at < size; at += 16) other.ProcessBlock(expected, at, expected, at);
            Assert.Equal(expected, data);
        }
    }

    [Fact]
    public void Frames_OfData_AreWrittenWithoutAllocation()
    {
        using var framer = new PacketFramer();
        framer.UseKeys(Create(CipherSuite.Aes256Gcm, ""), resetSequence: true);
        var buffer = new ArrayBufferWriter<byte>(64 << 10);
        var body = new ReadOnlySequence<byte>(new byte[32 << 10]);
        WriteOne();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) WriteOne();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void WriteOne()
        {
            buffer.ResetWrittenCount();
            framer.Write(buffer, "123456789"u8, body);
        }
    }

    private static byte[] Frame(int body)
    {
        var frame = new byte[4 + body + 16];
        frame[3] = (byte)body;
        for (var i = 4; i < 4 + body; i++) frame[i] = (byte)i;
        return frame;
    }

    private static PacketCipher Create(string cipher, string mac)
    {
        var suite = new CipherSuite(cipher, mac);
        return suite.Create(Key.AsSpan(0, suite.KeySize), Iv.AsSpan(0, suite.IvSize), Key.AsSpan(0, suite.MacKeySize));
    }
}
