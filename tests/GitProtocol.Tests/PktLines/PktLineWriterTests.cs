using System.Buffers;
using Granary.Frontends.GitProtocol.PktLines;

namespace Granary.Frontends.GitProtocol.Tests.PktLines;

public sealed class PktLineWriterTests
{
    private readonly ArrayBufferWriter<byte> _output = new();

    private string Written => Wire.Text(_output.WrittenSpan);

    [Fact]
    public void Write_Parts_AreOneLine()
    {
        _output.WritePkt("a"u8, "b"u8, "c"u8, "d"u8, "e"u8, "f\n"u8);
        Assert.Equal("000babcdef\n", Written);
    }

    [Fact]
    public void Write_FlushAndDelimiter_AreTheSpecialLines()
    {
        _output.WriteFlush();
        _output.WriteDelimiter();
        Assert.Equal("00000001", Written);
    }

    [Fact]
    public void Write_Nothing_IsAnEmptyLine()
    {
        _output.WritePkt(default);
        Assert.Equal("0004", Written);
    }

    [Fact]
    public void Write_Text_IsUtf8()
    {
        _output.WriteTextPkt("\u00e9\n");
        Assert.Equal("0007\u00c3\u00a9\n", Written);
    }

    [Fact]
    public void Write_LongestPayload_HasLowerCaseLength()
    {
        _output.WritePkt(new byte[PktLine.MaxPayload - 1], "x"u8);
        Assert.Equal("fff0", Written[..4]);
        Assert.Equal(65520, _output.WrittenCount);
    }

    [Fact]
    public void Write_OneByteMore_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _output.WritePkt(new byte[PktLine.MaxPayload], "x"u8));
        Assert.Equal(0, _output.WrittenCount);
    }

    [Fact]
    public async Task Write_EveryLength_IsReadBack()
    {
        for (var length = 0; length <= 300; length++) _output.WritePkt(new byte[length]);
        var reader = new PktLineReader(Wire.Reader(_output.WrittenSpan.ToArray()));
        for (var length = 0; length <= 300; length++) Assert.Equal(length, (await reader.ReadAsync(Wire.Cancel)).Payload.Length);
    }
}
