using System.Globalization;
using Granary.Tests.Harness;
using GitClient = Granary.Tests.Harness.Git;

namespace Granary.Benchmarks;

/// <summary>What of a repository is read: what comes nearest to the sizes of the figures.</summary>
internal sealed record ReadSample(string Commit, string Blob, long BlobSize, string DiffCommit, int DiffFiles, string Folder)
{
    private const int WantedBlob = 10_000;
    private const int WantedFiles = 20;
    private const int WantedEntries = 1000;
    private const int Looked = 500;

    public static async Task<ReadSample> FindAsync(GitClient bare)
    {
        var commit = await bare.RunAsync("rev-parse", "HEAD");
        var files = (await bare.RunAsync("ls-tree", "-r", "-l", commit)).Split('\n').Select(static l => l.Split('\t')).Select(static l => (Fields: l[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), Path: l[1]))
            .Where(static f => f.Fields[1] == "blob").Select(static f => (Id: f.Fields[2], Size: long.Parse(f.Fields[3], CultureInfo.InvariantCulture), f.Path)).ToList();
        var blob = files.MinBy(static f => Math.Abs(f.Size - WantedBlob));
        var folder = files.CountBy(static f => f.Path.Contains('/', StringComparison.Ordinal) ? f.Path[..f.Path.LastIndexOf('/')] : "").MinBy(static f => Math.Abs(f.Value - WantedEntries));
        var diffs = (await bare.RunAsync("log", $"-{Looked}", "--no-merges", "--format=%x00%H", "--name-only", commit)).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(static c => c.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(static c => (Id: c[0], Files: c.Length - 1));
        var diff = diffs.MinBy(static d => Math.Abs(d.Files - WantedFiles));
        return new ReadSample(commit, blob.Id, blob.Size, diff.Id, diff.Files, folder.Key);
    }
}
