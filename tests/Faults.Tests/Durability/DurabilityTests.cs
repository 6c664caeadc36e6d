using Granary.Faults.Tests.Tools;
using Granary.Reliability.Tests;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests.Durability;

/// <summary>The guard of "accepted means durable": one push, traced, from the first byte of its pack to its answer.</summary>
public sealed class DurabilityTests
{
    private const string Calls = "trace=open,openat,write,writev,pwrite64,pwritev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,"
        + "link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,sendmsg,sendto";

    [Fact]
    public async Task Push_First_IsOnDiskBeforeItsAnswer()
    {
        Strace.Require();
        await using var server = await GranaryServer.StartAsync();

        // The second repository's first push: it makes the marker and the journal's first segment too.
        using var first = await TestRepository.CreateAsync(server);
        await server.Admin.CreateRepositoryAsync("CHAOS", "traced");
        var folder = await server.FolderOfAsync("CHAOS", "traced");
        var lines = await TraceAsync(server, "CHAOS/traced.git");
        Judge(lines, folder, Path.Combine(server.DataPath, "pending"));
    }

    [Fact]
    public async Task Push_Further_IsOnDiskBeforeItsAnswer()
    {
        Strace.Require();
        await using var server = await GranaryServer.StartAsync();
        using var repository = await TestRepository.CreateAsync(server);
        var lines = await TraceAsync(server, repository.Path, repository.Base);
        Judge(lines, repository.Folder, Path.Combine(server.DataPath, "pending"));
    }

    /// <summary>The rules find what is missing in a trace made by hand; that they find it in a real one is part of the tests above.</summary>
    [Theory]
    [InlineData(-1, "")]
    [InlineData(2, "got its name before its content was synced")]
    [InlineData(5, "the refs moved before /r/objects/pack was synced")]
    [InlineData(8, "the refs moved before the content of /r/granary/journal/1.log was synced")]
    [InlineData(11, "/r/packed-refs got its name before its content was synced")]
    [InlineData(14, "the answer was sent before /r was synced")]
    [InlineData(13, "the trace shows no answer, or no refs that moved")]
    public void Trace_WithoutOneOfItsLines_IsJudged(int removed, string violation)
    {
        string[] lines =
        [
            "1 openat(AT_FDCWD, \"/r/granary/incoming/p/pack/tmp_pack\", O_RDWR|O_CREAT|O_EXCL, 0444) = 3</r/granary/incoming/p/pack/tmp_pack>",
            "1 write(3</r/granary/incoming/p/pack/tmp_pack>, \"PACK\", 4) = 4",
            "1 fsync(3</r/granary/incoming/p/pack/tmp_pack>) = 0",
            "1 link(\"/r/granary/incoming/p/pack/tmp_pack\", \"/r/granary/incoming/p/pack/pack-1.pack\") = 0",
            "2 rename(\"/r/granary/incoming/p/pack/pack-1.pack\", \"/r/objects/pack/pack-1.pack\") = 0",
            "2 fsync(4</r/objects/pack>) = 0",
            "1 unlink(\"/r/granary/incoming/p/pack/tmp_pack\") = 0",
            "2 pwrite64(5</r/granary/journal/1.log>, \"intent\", 6, 0) = 6",
            "2 fsync(5</r/granary/journal/1.log>) = 0",
            "2 openat(AT_FDCWD, \"/r/packed-refs.lock\", O_RDWR|O_CREAT, 0644) = 6</r/packed-refs.lock>",
            "2 pwrite64(6</r/packed-refs.lock>, \"refs\", 4, 0) = 4",
            "2 fsync(6</r/packed-refs.lock> <unfinished ...>",
            "2 <... fsync resumed>) = 0",
            "2 rename(\"/r/packed-refs.lock\", \"/r/packed-refs\") = 0",
            "2 fsync(7</r>) = 0",
            "2 pwrite64(5</r/granary/journal/1.log>, \"close\", 5, 6) = 5",
            "3 unlink(\"/r/granary/incoming/p/pack/pack-1.pack\") = -1 ENOENT (No such file or directory)",
            "3 sendmsg(8<socket:[1]>, {msg_iov=[{iov_base=\"000eunpack ok\\n\", iov_len=14}], msg_iovlen=1}, 0) = 14",
        ];
        List<string> rest = [.. lines.Where((_, i) => i != removed)];
        var violations = DurabilityTrace.Read(rest, "/r", "/pending").Violations;
        if (violation.Length == 0) Assert.DoesNotContain(violations, static v => !v.Contains("granary/incoming", StringComparison.Ordinal));
        else Assert.Contains(violations, v => v.Contains(violation, StringComparison.Ordinal));
    }

    private static async Task<string[]> TraceAsync(GranaryServer server, string path, string? parent = null)
    {
        await using var strace = await Strace.FollowAsync(server, "-y", "-s", "4096", "-e", Calls);
        using var client = new RawClient(server, path);
        var pack = new PackBuilder();
        var tree = pack.AddTree(("file", pack.AddBlob("traced\n"u8.ToArray())));
        var commit = pack.AddCommit(tree, parent, "traced");
        var report = await client.PushAsync([new Command("refs/heads/traced", Command.Zero, commit)], pack.Build());
        Assert.True(report.IsOk, report.ToString());
        await Until.HoldsAsync("the trace has the answer", () => strace.Lines.Any(static l => l.Contains("unpack ok", StringComparison.Ordinal)));
        return strace.Lines;
    }

    private static void Judge(string[] lines, string folder, string pending)
    {
        var violations = DurabilityTrace.Read(lines, folder, pending).Violations;
        Assert.True(violations.Count == 0, string.Join('\n', violations));

        var swap = SystemCall.Parse(lines).First(static c => c.Name == "rename" && c.Paths[^1].EndsWith("/packed-refs", StringComparison.Ordinal)).Began;

        // Each sync that the push rests on is missed when it is taken away; the last one, where HEAD's came before it, and of the
        // journal's the one before the refs move: the outbox syncs it again before it publishes.
        var syncs = SystemCall.Parse(lines).Where(c => c.Name is "fsync" or "fdatasync" && IsRestedOn(c.File!))
            .Where(c => c.Ended < swap || !c.File!.Contains("/journal/", StringComparison.Ordinal)).GroupBy(static c => c.File).Select(static g => g.Last()).ToList();
        Assert.True(syncs.Count >= 5, $"{syncs.Count} syncs");
        foreach (var sync in syncs)
        {
            List<string> without = [.. lines.Where((_, i) => i != sync.Began && i != sync.Ended)];
            Assert.True(DurabilityTrace.Read(without, folder, pending).Violations.Count > 0, $"fsync of {sync.File} is not missed");
        }

        // The outbox's cursor and its folder are synced in the outbox's own time.
        bool IsRestedOn(string file) => file == pending
            || (file.StartsWith(folder, StringComparison.Ordinal) && !file.EndsWith("/granary", StringComparison.Ordinal)
                && !file.Contains("/granary/delivered", StringComparison.Ordinal));
    }
}
