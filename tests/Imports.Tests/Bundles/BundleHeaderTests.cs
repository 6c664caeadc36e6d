using System.IO.Pipelines;
using System.Text;
using Granary.Imports.Bundles;
using Granary.Imports.Sources;

namespace Granary.Imports.Tests.Bundles;

public sealed class BundleHeaderTests
{
    private const string Id = "1111111111111111111111111111111111111111";

    [Theory]
    [InlineData("# v2 git bundle\n")]
    [InlineData("# v3 git bundle\n@object-format=sha1\n")]
    public async Task Read_Header_LeavesThePack(string start)
    {
        var (refs, rest) = await ReadAsync($"{start}{Id} HEAD\n{Id} refs/heads/main\n{Id} refs/tags/v 1\n\nPACK...", piece: 1);
        Assert.Equal(["refs/heads/main"], refs.Kept.Keys.Select(static n => n.Value));
        Assert.Equal(Id, refs.HeadId.ToString());
        Assert.Equal("refs/tags/v 1", Assert.Single(refs.Skipped).Name);
        Assert.Equal("PACK...", rest);
    }

    [Theory]
    [InlineData("", "not a git bundle")]
    [InlineData("PACK", "not a git bundle")]
    [InlineData("# v4 git bundle\n\n", "not a git bundle")]
    [InlineData("# v2 git bundle\n", "ends within")]
    [InlineData("# v2 git bundle\n1111111111111111111111111111111111111111 refs/heads/main\n", "ends within")]
    [InlineData("# v2 git bundle\n-1111111111111111111111111111111111111111 base\n\n", "part of a history")]
    [InlineData("# v2 git bundle\n@object-format=sha1\n\n", "names no ref")]
    [InlineData("# v2 git bundle\nnothing\n\n", "names no ref")]
    [InlineData("# v3 git bundle\n@object-format=sha256\n\n", "SHA-256")]
    [InlineData("# v3 git bundle\n@filter=blob:none\n\n", "filter")]
    [InlineData("# v3 git bundle\n@other\n\n", "not known")]
    [InlineData("# v2 git bundle\n1111111111111111111111111111111111111111 refs/heads/a\n1111111111111111111111111111111111111111 refs/heads/a\n\n", "twice")]
    [InlineData("# v2 git bundle\n1111111111111111111111111111111111111111111111111111111111111111 refs/heads/a\n\n", "SHA-256")]
    public async Task Read_Unusable_IsRefusedWithTheReason(string bundle, string reason)
    {
        var refused = await Assert.ThrowsAsync<ImportRefusedException>(() => ReadAsync(bundle, piece: 7));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_EndlessLine_IsRefusedBeforeItIsHeld()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 20));
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes("# v2 git bundle\n" + new string('a', 100_000)));
        await Assert.ThrowsAsync<ImportRefusedException>(() => BundleHeader.ReadAsync(pipe.Reader, new SourceRefs(10, [], []), default));
    }

    [Fact]
    public async Task Read_MoreRefsThanAllowed_IsRefused()
    {
        var lines = string.Concat(Enumerable.Range(0, 11).Select(static i => $"{Id} refs/heads/b{i}\n"));
        var refused = await Assert.ThrowsAsync<ImportRefusedException>(() => ReadAsync($"# v2 git bundle\n{lines}\n", piece: 100));
        Assert.Equal(RefusalKind.ResourceExhausted, refused.Refusal.Kind);
    }

    private static async Task<(SourceRefs Refs, string Pack)> ReadAsync(string text, int piece)
    {
        var pipe = new Pipe();
        var writing = Task.Run(async () =>
        {
            foreach (var some in Encoding.UTF8.GetBytes(text).Chunk(piece)) await pipe.Writer.WriteAsync(some);
            await pipe.Writer.CompleteAsync();
        });
        var refs = new SourceRefs(10, [], []);
        await BundleHeader.ReadAsync(pipe.Reader, refs, default);
        await writing;
        using var rest = new MemoryStream();
        await pipe.Reader.CopyToAsync(rest);
        return (refs, Encoding.UTF8.GetString(rest.ToArray()));
    }
}
