using System.Globalization;
using System.Text;
using Granary.Git.Committing;
using Granary.Repositories;

namespace Granary.Grains.Git.Committing;

/// <summary>A commit, or a tag, as its object: https://git-scm.com/docs/git-commit-tree.</summary>
internal static class CommitFormat
{
    /// <summary>What git takes away at the ends of names.</summary>
    private const string Crud = " .,:;<>\"\\'";

    public static byte[] ToBytes(ObjectId tree, ObjectId? parent, CommitText text)
    {
        var commit = new StringBuilder().Append("tree ").Append(tree).Append('\n');
        if (parent is { } id) commit.Append("parent ").Append(id).Append('\n');
        commit.Append("author ").Append(Format(text.Author)).Append('\n');
        commit.Append("committer ").Append(Format(text.Committer)).Append("\n\n");
        commit.Append(text.Message.ReplaceLineEndings("\n").TrimEnd()).Append('\n');
        return Encoding.UTF8.GetBytes(commit.ToString());
    }

    /// <summary>https://git-scm.com/docs/git-mktag</summary>
    public static byte[] ToBytes(NewTag tag)
    {
        var text = new StringBuilder().Append("object ").Append(tag.Target).Append("\ntype ").Append(tag.Kind).Append("\ntag ").Append(tag.Name);
        text.Append("\ntagger ").Append(Format(tag.Tagger)).Append("\n\n").Append(tag.Message.ReplaceLineEndings("\n").TrimEnd()).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Format(CommitSignature signature)
    {
        var offset = signature.Time.Offset;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Clean(signature.Name)} <{Clean(signature.Email)}> {signature.Time.ToUnixTimeSeconds()} {(offset < TimeSpan.Zero ? '-' : '+')}{offset:hhmm}");
    }

    private static string Clean(string text) =>
        string.Concat(text.Where(static c => !char.IsControl(c) && c is not ('<' or '>'))).Trim(Crud.ToCharArray());
}
