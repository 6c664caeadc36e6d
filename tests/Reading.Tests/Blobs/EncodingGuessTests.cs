using System.Text;
using Granary.Grains.Git.Reading.Blobs;

namespace Granary.Reading.Tests.Blobs;

/// <summary>The guess looks at the first 256 KiB, and a character may lie across their end.</summary>
public sealed class EncodingGuessTests
{
    private const int Sample = 256 << 10;

    [Theory]
    [InlineData("é")]
    [InlineData("語")]
    [InlineData("😀")]
    public void Utf8_CutWithinACharacter_IsUtf8(string character)
    {
        for (var before = 0; before < 4; before++)
            Assert.Equal("utf-8", EncodingGuess.Of(Encoding.UTF8.GetBytes(new string('a', before) + string.Concat(Enumerable.Repeat(character, Sample / 2)))));
    }

    [Fact]
    public void Utf8_WithoutItsLastByte_IsAnotherOne()
    {
        var bytes = Encoding.UTF8.GetBytes("été");
        Assert.NotEqual("utf-8", EncodingGuess.Of(bytes.AsSpan(0, bytes.Length - 1)));
    }

    [Fact]
    public void InvalidByte_BeforeTheCut_IsNone()
    {
        var bytes = new byte[Sample + 10];
        bytes.AsSpan().Fill((byte)'a');
        bytes[Sample / 2] = 0xff;
        Assert.Null(EncodingGuess.Of(bytes));
        bytes[Sample / 2] = (byte)'a';
        bytes[Sample + 1] = 0xff;
        Assert.Equal("utf-8", EncodingGuess.Of(bytes));
    }
}
