using System.Globalization;
using System.Text;

namespace Granary.Reading.Tests.Blame;

/// <summary>What is said of one line. Paths are bytes, each of which is a character.</summary>
internal sealed record BlamedLine(int Line, string Commit, int OriginalLine, string Path, string Previous);

/// <summary>What <c>git blame</c> says.</summary>
internal static class GitBlame
{
    public static Task<List<BlamedLine>> AskAsync(RealGit git, string revision, string path, params string[] options) =>
        ReadAsync(git, ["-c", "core.quotePath=false", "blame", "--line-porcelain", .. options, revision, "--", path]);

    /// <summary>Of a path that cannot be an argument of a process here: the shell makes it.</summary>
    public static Task<List<BlamedLine>> AskForOctalAsync(RealGit git, string revision, string path) =>
        ReadAsync(git, ["-c", "core.quotePath=false", "-c", $"alias.ask=!git blame --line-porcelain {revision} -- \"$(printf '{path}')\"", "ask"]);

    private static async Task<List<BlamedLine>> ReadAsync(RealGit git, string[] arguments)
    {
        var result = await git.TryAsync(arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        var lines = new List<BlamedLine>();
        var open = new BlamedLine(0, "", 0, "", "");
        foreach (var text in Encoding.Latin1.GetString(result.OutputBytes).Split('\n'))
        {
            if (text.StartsWith('\t'))
            {
                lines.Add(open);
                open = new BlamedLine(0, "", 0, "", "");
                continue;
            }

            var words = text.Split(' ', 2);
            if (open.Line == 0 && words.Length > 1) open = Head(text.Split(' '));
            else if (words[0] == "filename") open = open with { Path = words[1].Trim('"') };
            else if (words[0] == "previous") open = open with { Previous = words[1].Replace("\"", "", StringComparison.Ordinal) };
        }

        return lines;

        static BlamedLine Head(string[] words) =>
            new(int.Parse(words[2], CultureInfo.InvariantCulture), words[0], int.Parse(words[1], CultureInfo.InvariantCulture), "", "");
    }
}
