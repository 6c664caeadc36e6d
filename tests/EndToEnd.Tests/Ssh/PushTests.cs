using System.Security.Cryptography;
using System.Text;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Ssh;

public sealed class PushTests(SharedServer shared)
{
    [Fact]
    public async Task Push_CreateForceDeleteAndTag_MoveTheRefs()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync(commits: 3);
        await work.RunAsync("push", "-q", "origin", "main:same"); // An empty pack: the objects are there.
        await work.RunAsync("tag", "-a", "-m", "one", "v1");
        await work.RunAsync("push", "-q", "origin", "v1", "main~1:refs/heads/older");
        await work.RunAsync("commit", "-q", "--amend", "-m", "other");
        await work.RunAsync("push", "-q", "--force", "--atomic", "origin", "main");
        await work.RunAsync("push", "-q", "origin", ":older"); // No pack at all.
        var again = await work.TryAsync("push", "origin", "main");
        Assert.Contains("Everything up-to-date", again.Error, StringComparison.Ordinal);

        var refs = await ssh.Repository.RefsAsync();
        Assert.Contains($"{await work.RunAsync("rev-parse", "main")}\trefs/heads/main", refs, StringComparison.Ordinal);
        Assert.Contains("refs/heads/same", refs, StringComparison.Ordinal);
        Assert.Contains("refs/tags/v1^{}", refs, StringComparison.Ordinal);
        Assert.DoesNotContain("refs/heads/older", refs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_Large_ArrivesByteForByte()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync();
        var file = Path.Combine(work.Folder, "large");
        await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(100_000_000));
        await work.RunAsync("add", "large");
        await work.RunAsync("commit", "-q", "-m", "large");
        await work.RunAsync("push", "-q", "origin", "main");
        await ssh.Git.RunAsync("clone", "-q", ssh.Url, "copy");
        Assert.Equal(await HashAsync(file), await HashAsync(Path.Combine(ssh.Git.Folder, "copy", "large")));
        File.Delete(file);
    }

    [Fact]
    public async Task Push_ToAnArchivedRepository_IsRefusedInTheSameWordsAsOverHttp()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync();
        await shared.Admin.PatchAsync($"projects/{ssh.Repository.Project}/repositories/{ssh.Repository.Name}", new { archived = true });
        await TestRepository.CommitAsync(work, "late", "late\n");
        var overSsh = await work.TryAsync("push", ssh.Url, "main");
        var overHttp = await work.TryAsync("push", ssh.Repository.Url, "main");
        Assert.Equal(1, overSsh.ExitCode);
        Assert.Equal(Refusal(overHttp.Error), Refusal(overSsh.Error));
        Assert.Contains("archived", Refusal(overSsh.Error), StringComparison.Ordinal);
        await ssh.Git.RunAsync("ls-remote", ssh.Url);
    }

    [Fact]
    public async Task Push_OfABrokenHistory_IsRefusedAndTheClientReadsWhy()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync();
        var tree = await work.RunAsync("rev-parse", "HEAD^{tree}");
        var commit = await work.FeedAsync($"tree {tree}\nauthor A 1 +0000\ncommitter A <a@example.com> 1 +0000\n\nx\n", "hash-object", "-t", "commit", "-w", "--literally", "--stdin");
        var refused = await work.TryAsync("push", "origin", $"{commit}:refs/heads/broken");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("missingEmail", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>The bytes of a push with a client's pauses, its side left open.</summary>
    [Fact]
    public async Task Push_ByAClientThatPausesAndNeverCloses_IsReported()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var work = await ssh.NewPushedWorkAsync();
        var next = await TestRepository.CommitAsync(work, "file", "paused\n");
        var pack = await work.FeedForBytesAsync($"{next}\n^{next}~1\n", "pack-objects", "--stdout", "--revs", "-q");
        using var push = ssh.Client.Start(["git-receive-pack", $"'/{ssh.Repository.Path}'"]);
        try
        {
            var advertisement = await ReadToFlushAsync(push.StandardOutput.BaseStream);
            Assert.Contains("refs/heads/main", advertisement, StringComparison.Ordinal);
            var input = push.StandardInput.BaseStream;
            await input.WriteAsync(Wire.Pkt($"{new string('0', 40)} {next} refs/heads/paused\0report-status"));
            await input.WriteAsync(Wire.Flush);
            foreach (var piece in pack.Chunk(pack.Length / 3 + 1))
            {
                await input.WriteAsync(piece);
                await input.FlushAsync();
                await Until.HoldsAsync("git reads the pack", () => shared.Server.Children.Count > 0);
            }

            var report = await ReadToFlushAsync(push.StandardOutput.BaseStream);
            Assert.Contains("unpack ok", report, StringComparison.Ordinal);
            Assert.Contains("ok refs/heads/paused", report, StringComparison.Ordinal);
            Assert.Equal("", await push.StandardOutput.ReadToEndAsync());
            await push.WaitForExitAsync();
            Assert.Equal(0, push.ExitCode);
        }
        finally
        {
            if (!push.HasExited) push.Kill();
        }
    }

    private static string Refusal(string error) => error.Split('\n').Single(static l => l.Contains("[remote rejected]", StringComparison.Ordinal));

    private static async Task<string> HashAsync(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexString(await SHA256.HashDataAsync(stream));
    }

    private static async Task<string> ReadToFlushAsync(Stream stream)
    {
        var text = new StringBuilder();
        var head = new byte[4];
        while (true)
        {
            await stream.ReadExactlyAsync(head).AsTask().WaitAsync(Until.DefaultBound);
            var length = Convert.ToInt32(Encoding.ASCII.GetString(head), 16);
            if (length == 0) return text.ToString();
            var line = new byte[length - 4];
            await stream.ReadExactlyAsync(line).AsTask().WaitAsync(Until.DefaultBound);
            text.Append(Encoding.UTF8.GetString(line));
        }
    }
}
