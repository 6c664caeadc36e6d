using System.Globalization;
using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.PktLines;

namespace Granary.Frontends.GitProtocol.Tests.PktLines;

public sealed class PktLineReaderTests
{
    [Fact]
    public async Task Read_EachKind_IsTold()
    {
        var reader = new PktLineReader(Wire.Reader("0006a\n" + "0004" + "0000" + "0001" + "0002"));
        var data = await reader.ReadAsync(Wire.Cancel);
        Assert.Equal(PktKind.Data, data.Kind);
        Assert.Equal("a\n", Wire.Text(data.Payload.Span));
        Assert.Equal("a", Wire.Text(data.Text.Span));
        var empty = await reader.ReadAsync(Wire.Cancel);
        Assert.Equal(PktKind.Data, empty.Kind);
        Assert.Equal(0, empty.Payload.Length);
        Assert.Equal(PktKind.Flush, (await reader.ReadAsync(Wire.Cancel)).Kind);
        Assert.Equal(PktKind.Delimiter, (await reader.ReadAsync(Wire.Cancel)).Kind);
        Assert.Equal(PktKind.ResponseEnd, (await reader.ReadAsync(Wire.Cancel)).Kind);
        Assert.Equal(PktKind.EndOfStream, (await reader.ReadAsync(Wire.Cancel)).Kind);
        Assert.Equal(PktKind.EndOfStream, (await reader.ReadAsync(Wire.Cancel)).Kind);
    }

    [Fact]
    public async Task Read_TextLine_LosesOneLineFeedOnly()
    {
        var line = await new PktLineReader(Wire.Reader(Wire.Line("a\n\n"))).ReadAsync(Wire.Cancel);
        Assert.Equal("a\n", Wire.Text(line.Text.Span));
    }

    [Fact]
    public async Task Read_EachImpossibleLength_IsRefused()
    {
        var payload = new string('x', 65535);
        foreach (var length in Enumerable.Range(0xfff1, 15).Append(3))
        {
            var reader = new PktLineReader(Wire.Reader(length.ToString("x4", CultureInfo.InvariantCulture) + payload));
            await Assert.ThrowsAsync<GitProtocolException>(async () => await reader.ReadAsync(Wire.Cancel));
        }
    }

    [Theory]
    [InlineData("000g")]
    [InlineData("0x10")]
    [InlineData("-001")]
    [InlineData("+010")]
    [InlineData(" 010")]
    [InlineData("001 ")]
    [InlineData("PACK")]
    [InlineData("GET ")]
    [InlineData("\0\0\0\0")]
    [InlineData("0\0\0\0")]
    [InlineData("001\0")]
    [InlineData("\u00b1001")]
    [InlineData("\u00ff\u00ff\u00ff\u00ff")]
    public async Task Read_LengthThatIsNotHexadecimal_IsRefused(string length)
    {
        var reader = new PktLineReader(Wire.Reader(length + "0123456789"));
        await Assert.ThrowsAsync<GitProtocolException>(async () => await reader.ReadAsync(Wire.Cancel));
    }

    [Theory]
    [InlineData("000A")]
    [InlineData("000a")]
    public async Task Read_HexadecimalInEitherCase_IsAccepted(string length)
    {
        var line = await new PktLineReader(Wire.Reader(length + "abcdef")).ReadAsync(Wire.Cancel);
        Assert.Equal("abcdef", Wire.Text(line.Payload.Span));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("000")]
    [InlineData("0005")]
    [InlineData("000aabcde")]
    [InlineData("fff0abc")]
    public async Task Read_TruncatedLine_IsRefused(string text)
    {
        var reader = new PktLineReader(Wire.Reader(text));
        await Assert.ThrowsAsync<GitProtocolException>(async () => await reader.ReadAsync(Wire.Cancel));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(4096)]
    public async Task Read_BytesInSmallSegments_GivesTheSameLines(int segment)
    {
        var longest = new string('y', PktLine.MaxPayload);
        var reader = new PktLineReader(Wire.Reader(Wire.Bytes(Wire.Lines("hello\n", "x", longest, "end") + Wire.Flush), segment));
        foreach (var expected in new[] { "hello\n", "x", longest, "end" })
            Assert.Equal(expected, Wire.Text((await reader.ReadAsync(Wire.Cancel)).Payload.Span));
        Assert.Equal(PktKind.Flush, (await reader.ReadAsync(Wire.Cancel)).Kind);
    }

    [Fact]
    public async Task Read_BytesThatComeOneByOne_WaitsForTheLastOfALine()
    {
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        var reader = new PktLineReader(pipe.Reader);
        var bytes = Wire.Bytes(Wire.Line("hello"));
        var read = reader.ReadAsync(Wire.Cancel).AsTask();
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.False(read.IsCompleted);
            await pipe.Writer.WriteAsync(bytes.AsMemory(i, 1), Wire.Cancel);
        }

        Assert.Equal("hello", Wire.Text((await read).Payload.Span));
    }

    [Fact]
    public async Task Read_LongestLine_FitsADefaultPipe()
    {
        var pipe = new Pipe();
        var write = Task.Run(async () =>
        {
            await pipe.Writer.WriteAsync(Wire.Bytes(Wire.Line(new string('z', PktLine.MaxPayload))), Wire.Cancel);
            await pipe.Writer.CompleteAsync();
        }, Wire.Cancel);
        var line = await new PktLineReader(pipe.Reader).ReadAsync(Wire.Cancel);
        Assert.Equal(PktLine.MaxPayload, line.Payload.Length);
        await write;
    }

    [Fact]
    public async Task Read_BytesAfterTheFlush_StayInThePipe()
    {
        var pipe = Wire.Reader(Wire.Bytes(Wire.Line("a") + Wire.Flush + "PACK\0\0\0\u0002"), 3);
        var reader = new PktLineReader(pipe);
        await reader.ReadAsync(Wire.Cancel);
        await reader.ReadAsync(Wire.Cancel);
        Assert.Equal("PACK\0\0\0\u0002", await Wire.RestAsync(pipe));
    }

    [Fact]
    public async Task Read_PendingReadCancelled_Throws()
    {
        var pipe = new Pipe();
        var read = new PktLineReader(pipe.Reader).ReadAsync(Wire.Cancel).AsTask();
        pipe.Reader.CancelPendingRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task Read_AfterARefusal_ThePipeCanBeDrained()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Wire.Bytes("zzzz and more"), Wire.Cancel);
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<GitProtocolException>(async () => await new PktLineReader(pipe.Reader).ReadAsync(Wire.Cancel));
        Assert.Equal("zzzz and more", await Wire.RestAsync(pipe.Reader));
    }

    [Fact]
    public async Task Read_AfterACancelledRead_ThePipeCanBeRead()
    {
        var pipe = new Pipe();
        var reader = new PktLineReader(pipe.Reader);
        var read = reader.ReadAsync(Wire.Cancel).AsTask();
        pipe.Reader.CancelPendingRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await pipe.Writer.WriteAsync(Wire.Bytes(Wire.Flush), Wire.Cancel);
        Assert.Equal(PktKind.Flush, (await reader.ReadAsync(Wire.Cancel)).Kind);
    }
}
