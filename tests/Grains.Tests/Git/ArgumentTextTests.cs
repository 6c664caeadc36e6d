using System.Text;
using Granary.Grains.Git.Processes;

namespace Granary.Grains.Tests.Git;

/// <summary>Arguments of processes, which are bytes, in strings.</summary>
public sealed class ArgumentTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain/日本/\U0001f600", "plain/日本/\U0001f600")]
    public void Of_Utf8_IsTheText(string text, string expected)
    {
        Assert.Equal(expected, ArgumentText.Of(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(Encoding.UTF8.GetBytes(text), BytesOf(text));
    }

    [Fact]
    public void Append_WhatOfMadeOfAnyBytes_IsTheBytes()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, BytesOf(ArgumentText.Of(bytes)));
        }
    }

    [Fact]
    public void Append_OtherLoneSurrogates_AreReplaced()
    {
        Assert.Equal([.. "a"u8, 0xef, 0xbf, 0xbd, .. "b"u8], BytesOf("a\ud800b"));
        Assert.Equal([0xef, 0xbf, 0xbd], BytesOf("\udd00"));
    }

    private static byte[] BytesOf(string text)
    {
        var block = new List<byte>();
        ArgumentText.Append(block, text);
        return [.. block];
    }
}
