using System.Text;
using Granary.Grains.Repositories.Policy;
using Granary.Repositories;

namespace Granary.Grains.Git.Packs;

/// <summary>
/// Looks at the commits that an update brings to a protected ref: those that neither the refs of the same rule nor the default branch
/// have. That another, unprotected ref has them makes them no older, or else the rule could be walked around.
/// </summary>
internal sealed class CommitChecker(RefUpdate update, RefMatcher matcher, CommitCheck check, int maxCommits)
{
    /// <summary>Of git's answer, in bytes.</summary>
    public const int MaxOutput = 64 << 20;

    public string[] Arguments { get; } =
        ["rev-list", "--no-commit-header", "--format=%H%x00%ae%x00%B%x00", $"--max-count={maxCommits + 1}", "--stdin"];

    public byte[] Input(RefSnapshot refs)
    {
        var lines = new StringBuilder();
        lines.Append(update.New).Append('\n');
        for (var i = 0; i < refs.Count; i++)
        {
            if (RefName.TryParse(refs[i].Name, out var name, out _) && matcher.Matches(name))
                lines.Append('^').Append(Encoding.ASCII.GetString(refs[i].Hex)).Append('\n');
        }

        if (refs.TryResolveHead(out var head)) lines.Append('^').Append(head).Append('\n');
        return Encoding.ASCII.GetBytes(lines.ToString());
    }

    /// <summary>What is wrong with one of the commits, a part of a sentence; null: nothing.</summary>
    public string? Judge(byte[] output)
    {
        // Three fields a commit, each with a NUL at its end; a line feed before the next one.
        var fields = Encoding.UTF8.GetString(output).Split('\0');
        if (fields.Length / 3 > maxCommits) return $"the push brings more than {maxCommits} new commits to a ref whose commits are checked; push them in parts";
        for (var i = 0; i + 2 < fields.Length; i += 3)
        {
            if (check.Judge(fields[i + 1], fields[i + 2]) is { } fault) return $"commit {fields[i].Trim()[..12]} {fault}";
        }

        return null;
    }
}
