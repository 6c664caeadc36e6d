using System.Buffers;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Tests.Wire;

public sealed class SshReaderTests
{
    /// <summary>The examples of https://www.rfc-editor.org/rfc/rfc4251#section-5, and edges.</summary>
    [Theory]
    [InlineData("", "00000000")]
    [InlineData("00", "00000000")]
    [InlineData("09a378f9b2e332a7", "0000000809a378f9b2e332a7")]
    [InlineData("80", "000000020080")]
    [InlineData("000001", "0000000101")]
    [InlineData("00ff00", "0000000300ff00")]
    public void Mpint_Written_IsInShortestForm(string magnitude, string expected)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new SshWriter(buffer).WriteMpint(Convert.FromHexString(magnitude));
        Assert.Equal(expected, Convert.ToHexStringLower(buffer.WrittenSpan));
    }

    [Theory]
    [InlineData("0000000101", "01")]
    [InlineData("000000020080", "80")]
    [InlineData("00000000", "")]
    public void Mpint_Read_IsItsMagnitude(string wire, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(new SshReader(Convert.FromHexString(wire)).ReadUnsignedMpint(100)));

    [Theory]
    [InlineData("0000000180")]
    [InlineData("000000020001")]
    [InlineData("0000000100")]
    [InlineData("0000000501")]
    [InlineData("ffffffff01")]
    [InlineData("000000")]
    public void Mpint_NegativePaddedOrCut_IsRefused(string wire) =>
        Assert.Throws<SshProtocolException>(() => new SshReader(Convert.FromHexString(wire)).ReadUnsignedMpint(100).Length);

    [Fact]
    public void String_LongerThanItsLimit_IsRefused() =>
        Assert.Throws<SshProtocolException>(() => new SshReader([0, 0, 0, 3, 1, 2, 3]).ReadString(2).Length);

    [Fact]
    public void End_WithRest_IsRefused() => Assert.Throws<SshProtocolException>(() => new SshReader([1]).ExpectEnd());

    [Fact]
    public void NameList_NotAscii_IsRefused() => Assert.Throws<SshProtocolException>(() => new SshReader([0, 0, 0, 1, 0x80]).ReadNameList(10));
}
