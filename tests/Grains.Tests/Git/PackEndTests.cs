using System.IO.Pipelines;
using Granary.Git;
using Granary.Grains.Git;
using Granary.Grains.Git.Packs;
using Granary.Grains.Git.Processes;

namespace Granary.Grains.Tests.Git;

/// <summary>Packs in a stream that stays open after them, as over SSH.</summary>
public sealed class PackEndTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestRepository _repository = new(static options => options.MaxPackSize = 8 << 20);
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _pack;

    public PackEndTests()
    {
        var source = _folder.File("source.git");
        Packs.MakeSource(source, 3);
        _pack = Packs.Make(source, false, "main");
    }

    public void Dispose()
    {
        _repository.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(4096)]
    public void Trailer_InAnyPieces_IsSeenAtTheEndAndNowhereElse(int piece)
    {
        using var trailer = new PackTrailer();
        for (var at = 0; at < _pack.Length; at += piece)
        {
            Assert.False(trailer.IsAtEnd);
            trailer.Append(_pack.AsSpan(at, Math.Min(piece, _pack.Length - at)));
        }

        Assert.True(trailer.IsAtEnd);
        trailer.Append("x"u8);
        Assert.False(trailer.IsAtEnd);
    }

    [Fact]
    public async Task Receive_StreamThatStaysOpen_EndsWithThePack()
    {
        var pipe = new Pipe();
        var entered = 0;
        await using var quarantine = Open(_ =>
        {
            entered++;
            return ValueTask.FromResult<IDisposable>(new MemoryStream());
        });
        var receiving = quarantine.ReceiveAsync(pipe.Reader, PackEnd.OfPack, null, None);
        await pipe.Writer.WriteAsync(_pack.AsMemory(0, _pack.Length - 1));
        Assert.False(receiving.IsCompleted);
        Assert.Equal(0, entered);
        await pipe.Writer.WriteAsync(_pack.AsMemory(_pack.Length - 1));
        await receiving.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(quarantine.HasObjects);
        Assert.Equal(1, entered);
    }

    [Fact]
    public async Task Receive_NoPlaceFree_GitDoesNotGetTheLastBytes()
    {
        var pipe = new Pipe();
        var place = new TaskCompletionSource<IDisposable>();
        await using var quarantine = Open(_ => new ValueTask<IDisposable>(place.Task));
        var receiving = quarantine.ReceiveAsync(pipe.Reader, PackEnd.OfPack, null, None);
        await pipe.Writer.WriteAsync(_pack);
        Assert.False(receiving.IsCompleted);
        Assert.Empty(Directory.GetFiles(_repository.Paths.Quarantines, "*.idx", SearchOption.AllDirectories));
        place.SetResult(new MemoryStream());
        await receiving.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Receive_BytesBehindThePack_RefuseIt(int count)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await using var quarantine = Open();
        var refused = await RefusedAsync(quarantine, pipe, [.. _pack, .. new byte[count]]);
        Assert.Contains("after the end of the pack", refused.Message, StringComparison.Ordinal);
        Assert.False(quarantine.HasObjects);
    }

    [Fact]
    public async Task Receive_WrongChecksum_IsRefusedThoughNothingMoreComes()
    {
        var broken = _pack.ToArray();
        broken[^1] ^= 1;
        await using var quarantine = Open();
        var refused = await RefusedAsync(quarantine, new Pipe(), broken);
        Assert.Contains("corrupt", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receive_GitGivesUp_ReadsTheRestOfThePackAndNoMore()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 64 << 10, resumeWriterThreshold: 32 << 10));
        await using var quarantine = Open();
        var receiving = quarantine.ReceiveAsync(pipe.Reader, PackEnd.OfPack, null, None);
        for (var i = 0; i < 100; i++) await pipe.Writer.WriteAsync(new byte[16 << 10]).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        var refused = await Assert.ThrowsAsync<PackRefusedException>(() => receiving.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("pack signature mismatch", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receive_TooLarge_IsRefused()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await using var quarantine = Open();
        var refused = await RefusedAsync(quarantine, pipe, [.. _pack[..12], .. new byte[9 << 20]]);
        Assert.DoesNotContain(_repository.Paths.Root, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receive_ClientEndsInTheMiddle_IsRefused()
    {
        var pipe = new Pipe();
        await using var quarantine = Open();
        await pipe.Writer.WriteAsync(_pack.AsMemory(0, _pack.Length / 2));
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<PackRefusedException>(() => quarantine.ReceiveAsync(pipe.Reader, PackEnd.OfPack, null, None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Receive_ClientGone_EndsGitAndLeavesNothing()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(_pack.AsMemory(0, 100));
        using var cancel = new CancellationTokenSource();
        await using (var quarantine = Open())
        {
            var receiving = quarantine.ReceiveAsync(pipe.Reader, PackEnd.OfPack, null, cancel.Token);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_repository.Paths.Quarantines));
    }

    private static async Task<PackRefusedException> RefusedAsync(Quarantine quarantine, Pipe pipe, byte[] sent)
    {
        await pipe.Writer.WriteAsync(sent);
        return await Assert.ThrowsAsync<PackRefusedException>(
            () => quarantine.ReceiveAsync(pipe.Reader, PackEnd.OfPack, null, None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private Quarantine Open(Func<CancellationToken, ValueTask<IDisposable>>? enter = null) => _repository.OpenQuarantine(Guid.NewGuid(), enter);
}
