using System.IO.Pipelines;
using Granary.Repositories;

namespace Granary.Grains.Tests.Git;

/// <summary>Packs as a client sends them, made by git.</summary>
internal static class Packs
{
    public static byte[] Make(string source, bool thin, params ReadOnlySpan<string> revisions)
    {
        string[] arguments = ["pack-objects", "--stdout", "--revs", "-q", .. thin ? ["--thin"] : Array.Empty<string>()];
        var (exitCode, pack, error) = GitProgram.TryRun(source, string.Join('\n', revisions.ToArray()) + "\n", arguments);
        Assert.True(exitCode == 0, error);
        return pack;
    }

    public static PipeReader Read(byte[] pack) => PipeReader.Create(new MemoryStream(pack));

    /// <summary>A bare repository whose branch main has commits, each of which changes a line of one large file.</summary>
    public static ObjectId[] MakeSource(string folder, int commits)
    {
        Directory.CreateDirectory(folder);
        GitProgram.Run(folder, "init", "-q", "--bare", "-b", "main");
        var script = new System.Text.StringBuilder();
        for (var i = 1; i <= commits; i++)
        {
            var text = string.Concat(Enumerable.Range(0, 400).Select(line => line == i ? $"changed by {folder} {i}\n" : $"line {line * 7919 % 1009}\n"));
            script.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"commit refs/heads/main\nmark :{i}\ncommitter A <a@example.com> {i} +0000\ndata 1\nx\nM 100644 inline file\ndata {text.Length}\n{text}\n");
        }

        GitProgram.Feed(folder, script.ToString(), "fast-import", "--quiet");
        GitProgram.Run(folder, "repack", "-adfq");
        return [.. GitProgram.Run(folder, "rev-list", "--reverse", "main").Split('\n').Select(ObjectId.Parse)];
    }
}
