using System.Buffers;
using System.Text;
using Granary.Git.Archives;
using Granary.Git.Reading;
using Granary.Repositories;

namespace Granary.Grains.Git.Archives;

/// <summary>
/// The names that an archive has inside and outside. Whoever unpacks it trusts the server that nothing lands beside the folder: a prefix
/// has nothing by which any system would leave it.
/// </summary>
internal static class ArchiveNames
{
    private const int MaxPrefix = 1000;

    /// <summary>File systems take 255 bytes; the longest ending and the name of a repository are within the rest.</summary>
    private const int MaxRevision = 120;

    /// <summary>What Windows takes in no name; a ref may have some of it.</summary>
    private static readonly SearchValues<char> Unfit = SearchValues.Create("/\\:*?\"<>|");

    /// <summary>The name of repository and revision, in which a slash has become a dash.</summary>
    public static string Stem(RepositoryName repository, Revision revision, ObjectId commit)
    {
        var name = revision.Ref is { } reference ? Cut(Short(reference)) : commit.ToString();
        return $"{repository}-{string.Concat(name.Select(static c => Unfit.Contains(c) || char.IsControl(c) ? '-' : c))}";
    }

    public static string Ending(ArchiveFormat format) => format switch
    {
        ArchiveFormat.Tar => ".tar",
        ArchiveFormat.TarGzip => ".tar.gz",
        _ => ".zip",
    };

    /// <summary>The folder that is asked for, with a slash at its end; empty for none.</summary>
    public static Outcome<string> Prefix(string wish)
    {
        var prefix = wish.EndsWith('/') ? wish[..^1] : wish;
        if (prefix.Length == 0 && wish.Length == 0) return "";
        if (Encoding.UTF8.GetByteCount(prefix) > MaxPrefix) return Invalid($"A prefix has at most {MaxPrefix} bytes.");
        foreach (var part in prefix.Split('/'))
        {
            if (part is "" or "." or "..") return Invalid("A prefix is made of names with a slash between them; none is empty, '.' or '..'.");
            if (part.Any(static c => c == '\\' || char.IsControl(c))) return Invalid("A prefix has no control characters and no backslash.");
            if (part is [var drive, ':', ..] && char.IsAsciiLetter(drive)) return Invalid("A prefix does not begin like a drive of Windows.");
        }

        return prefix + "/";
    }

    private static Refusal Invalid(string message) => new(RefusalKind.InvalidArgument, message, "prefix");

    private static string Short(string reference)
    {
        foreach (var folder in (ReadOnlySpan<string>)["refs/heads/", "refs/tags/", "refs/"])
        {
            if (reference.StartsWith(folder, StringComparison.Ordinal)) return reference[folder.Length..];
        }

        return reference;
    }

    private static string Cut(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxRevision) return name;
        var cut = new StringBuilder();
        var length = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if ((length += rune.Utf8SequenceLength) > MaxRevision) break;
            cut.Append(rune);
        }

        return cut.ToString();
    }
}
