using System.Net;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.BadInput;

/// <summary>Packs that lie, and packs that end too early.</summary>
[Collection(BadInputTests.Name)]
public sealed class PackTests(TargetServer target)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public async Task Pack_WithAWrongCount_IsRefused(int count) => await AssertRefusedAsync(Wire.WithCount(target.NewPack, count));

    [Fact]
    public async Task Pack_CutAnywhere_IsRefused()
    {
        var pack = target.NewPack;
        foreach (var length in Enumerable.Range(0, pack.Length).Where(i => i < 16 || i % 7 == 0 || i > pack.Length - 22))
            AssertRefused(await target.PushAsync(pack[..length]), $"cut to {length}");
        await target.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Pack_WithAFlippedByte_IsRefused()
    {
        var pack = target.NewPack;
        for (var at = 0; at < pack.Length; at += at < 12 ? 1 : 5)
        {
            var flipped = (byte[])pack.Clone();
            flipped[at] ^= 0x41;
            AssertRefused(await target.PushAsync(flipped), $"flipped at {at}");
        }

        await target.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Pack_WithAFlippedByteAndARightTrailer_IsRefused()
    {
        var body = target.NewPack[..^20];
        for (var at = 12; at < body.Length; at += 5)
        {
            var flipped = (byte[])body.Clone();
            flipped[at] ^= 0xff;
            AssertRefused(await target.PushAsync(Wire.WithTrailer(flipped)), $"flipped at {at}");
        }

        await target.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Pack_WithAWrongTrailerOrMore_IsRefused()
    {
        AssertRefused(await target.PushAsync([.. target.NewPack[..^20], .. new byte[20]]), "zero trailer");
        await AssertRefusedAsync("NOT A PACK AT ALL, BUT LONG ENOUGH FOR A HEADER"u8.ToArray());
    }

    [Fact]
    public async Task Pack_ThatIsMissing_IsRefused() => await AssertRefusedAsync([]);

    [Fact]
    public async Task Pack_WithAnObjectThatClaimsToBeHuge_IsRefused()
    {
        // A blob of 2^60 bytes, as its header says; git may not try to have that much memory.
        byte[] lie = [.. "PACK"u8, 0, 0, 0, 2, 0, 0, 0, 1, 0xb0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10, 0x78, 0x9c, 0x03, 0x00, 0, 0, 0, 1];
        await AssertRefusedAsync(Wire.WithTrailer(lie));
    }

    [Fact]
    public async Task ThinPack_WithAMissingBase_IsRefused()
    {
        // A delta against a blob that the server was never given.
        var text = string.Join('\n', Enumerable.Range(0, 500).Select(static i => $"line {i}"));
        var first = await TestRepository.CommitAsync(target.Work, "large", text);
        var second = await TestRepository.CommitAsync(target.Work, "large", text.Replace("line 77\n", "changed\n", StringComparison.Ordinal));
        await target.Work.RunAsync("reset", "-q", "--hard", target.NewCommit);
        var pack = await target.PackAsync($"{second}\n^{first}\n", thin: true);
        var reply = await target.PostAsync(Wire.ReceivePack, Wire.Push(Wire.Zero, second, "refs/heads/bad", pack));
        AssertRefused(reply, "thin");
        Assert.Contains("unresolved delta", reply.Text, StringComparison.Ordinal);
        await target.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Pack_WithoutTheParentsOfItsCommit_IsRefused()
    {
        var lost = await TestRepository.CommitAsync(target.Work, "lost", "lost\n");
        var tip = await TestRepository.CommitAsync(target.Work, "tip", "tip\n");
        await target.Work.RunAsync("reset", "-q", "--hard", target.NewCommit);
        var pack = await target.PackAsync($"{tip}\n^{lost}\n");
        AssertRefused(await target.PostAsync(Wire.ReceivePack, Wire.Push(Wire.Zero, tip, "refs/heads/bad", pack)), "no parents");
        await target.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Objects_ThatLieUnreachableOnTheServer_DoNotCountAsSent()
    {
        // The blob is on the server, as a leftover of somebody's refused push would be; the tree and the commit's parent are not.
        var lost = await TestRepository.CommitAsync(target.Work, "lost2", "lost2\n");
        var tip = await TestRepository.CommitAsync(target.Work, "tip2", "tip2\n");
        await target.Work.RunAsync("reset", "-q", "--hard", target.NewCommit);
        var folder = await target.Repository.FolderAsync();
        var packOfTip = await target.PackAsync($"{tip}\n^{lost}\n");
        var packFolder = Path.Combine(folder, "objects", "pack");
        var server = target.Repository.Git.In(folder);
        await server.FeedAsync(packOfTip, "index-pack", "--stdin", Path.Combine(packFolder, "pack-leftover.pack"));
        try
        {
            var reply = await target.PostAsync(Wire.ReceivePack, Wire.Push(Wire.Zero, tip, "refs/heads/bad", Wire.EmptyPack));
            Assert.Contains("ng refs/heads/bad missing necessary objects", reply.Text, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var file in Directory.EnumerateFiles(packFolder, "pack-leftover.*")) File.Delete(file);
        }

        await target.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Body_ThatBreaksOff_LeavesNothing()
    {
        var body = Wire.Push(Wire.Zero, target.NewCommit, "refs/heads/bad", target.NewPack);
        foreach (var length in (int[])[0, 3, 40, body.Length - target.NewPack.Length, body.Length - 100, body.Length - 1])
        {
            using var connection = await RawHttp.ConnectAsync(target.Server.Port);
            await connection.SendAsync(Head(body.Length), body.AsMemory(0, length));
            connection.EndSending();
            var reply = await connection.ReadReplyAsync();
            Assert.True(reply.Status is 0 or 400, $"{length}: {reply.Head}");
        }

        await target.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(50)]
    [InlineData(int.MaxValue)]
    public async Task Body_ThatStalls_IsGivenUp(int sent)
    {
        var body = Wire.Push(Wire.Zero, target.NewCommit, "refs/heads/bad", target.NewPack);
        using var connection = await RawHttp.ConnectAsync(target.Server.Port);
        await connection.SendAsync(Head(body.Length), body.AsMemory(0, Math.Min(sent, body.Length - 30)));
        Assert.Equal(408, (await connection.ReadReplyAsync()).Status);
        await target.AssertUnharmedAsync();
    }

    private string Head(int length) => RawHttp.PostHead(
        "/" + target.Repository.Path, Wire.ReceivePack, length, RawHttp.Authorization(SharedServer.Member, SharedServer.MemberPassword));

    private async Task AssertRefusedAsync(byte[] pack)
    {
        AssertRefused(await target.PushAsync(pack), "pack");
        await target.AssertUnharmedAsync();
    }

    private void AssertRefused(HttpReply reply, string what)
    {
        Assert.True(reply.Status == HttpStatusCode.OK, $"{what}: {reply.Status} {reply.Text}");
        Assert.True(reply.Text.Contains("ng refs/heads/bad ", StringComparison.Ordinal), $"{what}: {reply.Text}");
        Assert.DoesNotContain(target.Server.DataPath, reply.Text, StringComparison.Ordinal);
    }
}
