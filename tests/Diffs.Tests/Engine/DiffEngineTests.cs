using System.Text;
using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Diffs;

namespace Granary.Diffs.Tests.Engine;

/// <summary>The engine beside git itself, commit by commit.</summary>
public sealed class DiffEngineTests(HistoryRepository repository)
{
    private static readonly DiffLimits Limits = new();

    [Theory]
    [InlineData(MoveDetection.None, "--no-renames")]
    [InlineData(MoveDetection.Renames, "-M")]
    [InlineData(MoveDetection.RenamesAndCopies, "-C")]
    public async Task ChangedFiles_OfEachCommit_AreGits(MoveDetection moves, string option)
    {
        for (var i = 1; i < repository.Commits.Count; i++)
        {
            var files = await FilesAsync(i, new DiffSettings { Moves = moves });
            var git = await GitAsync(i, "--raw", "-z", "--no-abbrev", option);
            Assert.Equal(Encoding.Latin1.GetString(git).Replace("\0", "\n"), GitDiffText.Raw(files).Replace("\0", "\n"));
        }
    }

    [Fact]
    public async Task History_OfTheTests_HasEveryKindOfChange()
    {
        var kinds = new HashSet<FileStatus>();
        for (var i = 1; i < repository.Commits.Count; i++)
            kinds.UnionWith((await FilesAsync(i, new DiffSettings { Moves = MoveDetection.RenamesAndCopies })).Select(static file => file.Status));
        Assert.Equal(Enum.GetValues<FileStatus>().Order(), kinds.Order());
    }

    [Fact]
    public async Task ChangedFiles_BetweenTheEnds_AreGits()
    {
        var (first, last) = (await repository.TreeOfAsync(repository.Commits[0]), await repository.TreeOfAsync(repository.Commits[^1]));
        var files = Detect(new TreeComparison(repository.Objects, []).Compare(first, last, CancellationToken.None), new DiffSettings());
        var git = await repository.Git.TryAsync("diff-tree", "-r", "--raw", "-z", "--no-abbrev", "-M", first.ToString(), last.ToString());
        Assert.Equal(Encoding.Latin1.GetString(git.OutputBytes).Replace("\0", "\n"), GitDiffText.Raw(files).Replace("\0", "\n"));
    }

    [Theory]
    [InlineData(WhitespaceMode.Exact, false, "-U3")]
    [InlineData(WhitespaceMode.IgnoreAtEndOfLine, false, "--ignore-space-at-eol")]
    [InlineData(WhitespaceMode.IgnoreChange, false, "-b")]
    [InlineData(WhitespaceMode.IgnoreAll, false, "-w")]
    [InlineData(WhitespaceMode.Exact, true, "--ignore-blank-lines")]
    public async Task Lines_OfEachCommit_AreGits(WhitespaceMode whitespace, bool blankLines, string option)
    {
        var settings = new DiffSettings { Whitespace = whitespace, IgnoreBlankLines = blankLines };
        for (var i = 1; i < repository.Commits.Count; i++)
        {
            var diffs = await DiffsAsync(i, settings);
            var git = await GitAsync(i, "-p", "-M", "--submodule=short", option);
            var ours = string.Concat(diffs.Where(static diff => diff.File.Status != FileStatus.TypeChanged).Select(GitDiffText.Hunks));
            Assert.Equal(WithoutTypeChanges(GitDiffText.HunksOf(git), diffs), ours);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Lines_OfOtherContext_AreGits(int context)
    {
        var diffs = await DiffsAsync(5, new DiffSettings { ContextLines = context });
        Assert.Equal(GitDiffText.HunksOf(await GitAsync(5, "-p", "-M", $"-U{context}")), string.Concat(diffs.Select(GitDiffText.Hunks)));
    }

    [Fact]
    public async Task Counts_OfEachCommit_AreGits()
    {
        for (var i = 1; i < repository.Commits.Count; i++)
        {
            var diffs = await DiffsAsync(i, new DiffSettings { WithLines = false });
            Assert.All(diffs, static diff => Assert.Empty(diff.Hunks));
            var git = Encoding.Latin1.GetString(await GitAsync(i, "--numstat", "-z", "-M"));
            Assert.Equal(git.Replace("\0", "\n"), GitDiffText.Counts(diffs).Replace("\0", "\n"));
        }
    }

    /// <summary>git shows a file that became a link as one that was removed and another that was made; here it is one file.</summary>
    private static string WithoutTypeChanges(string hunks, IReadOnlyList<FileDiff> diffs) =>
        diffs.All(static diff => diff.File.Status != FileStatus.TypeChanged)
            ? hunks
            : hunks.Replace("@@ -1,2 +0,0 @@\n-a file\n-of lines\n", "").Replace("@@ -0,0 +1 @@\n+binary\n\\ No newline at end of file\n", "");

    private async Task<IReadOnlyList<ChangedFile>> FilesAsync(int commit, DiffSettings settings)
    {
        var old = await repository.TreeOfAsync(repository.Commits[commit - 1]);
        var now = await repository.TreeOfAsync(repository.Commits[commit]);
        return Detect(new TreeComparison(repository.Objects, settings.Paths).Compare(old, now, CancellationToken.None), settings);
    }

    private IReadOnlyList<ChangedFile> Detect(IEnumerable<ChangedFile> changes, DiffSettings settings) =>
        settings.Moves == MoveDetection.None
            ? [.. changes]
            : new RenameDetection(new SimilarityMeter(repository.Objects, Limits), settings, Limits).Apply([.. changes], CancellationToken.None);

    private async Task<IReadOnlyList<FileDiff>> DiffsAsync(int commit, DiffSettings settings)
    {
        var comparison = new FileComparison(repository.Objects, settings, Limits);
        var budget = new LineBudget(int.MaxValue, int.MaxValue, int.MaxValue);
        return [.. (await FilesAsync(commit, settings)).Select(file => comparison.Compare(file, budget, settings.WithLines))];
    }

    private async Task<byte[]> GitAsync(int commit, params string[] options)
    {
        var result = await repository.Git.TryAsync(["diff-tree", "-r", .. options, repository.Commits[commit - 1], repository.Commits[commit]]);
        return result.ExitCode == 0 ? result.OutputBytes : throw new InvalidOperationException(result.Error);
    }
}
