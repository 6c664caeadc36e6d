using System.Globalization;
using System.Text;
using Granary.Git.Reading.Diffs;

namespace Granary.Diffs.Tests.Engine;

/// <summary>Diffs in the forms that git prints, each byte a character: to be compared with what git printed.</summary>
internal static class GitDiffText
{
    /// <summary><c>git diff --raw -z --no-abbrev</c>.</summary>
    public static string Raw(IEnumerable<ChangedFile> files)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            text.Append(CultureInfo.InvariantCulture, $":{Mode(file.Old)} {Mode(file.New)} {Id(file.Old)} {Id(file.New)} {Letter(file)}\0");
            if (file.Status is FileStatus.Renamed or FileStatus.Copied) text.Append(PathOf(file.Old!)).Append('\0');
            text.Append(PathOf((file.New ?? file.Old)!)).Append('\0');
        }

        return text.ToString();
    }

    /// <summary><c>git diff --numstat -z</c>, without the files whose lines are the same.</summary>
    public static string Counts(IEnumerable<FileDiff> files)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            text.Append(file.IsBinary ? "-\t-\t" : $"{file.Additions}\t{file.Deletions}\t");
            if (file.File.Status is FileStatus.Renamed or FileStatus.Copied) text.Append('\0').Append(PathOf(file.File.Old!)).Append('\0');
            text.Append(PathOf((file.File.New ?? file.File.Old)!)).Append('\0');
        }

        return text.ToString();
    }

    /// <summary>The hunks of a patch, without what git says of each file.</summary>
    public static string Hunks(FileDiff file)
    {
        var text = new StringBuilder();
        foreach (var hunk in file.Hunks)
        {
            var section = hunk.Section.Length > 0 ? " " + Bytes(hunk.Section) : "";
            text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(hunk.OldStart, hunk.OldCount)} +{Range(hunk.NewStart, hunk.NewCount)} @@{section}\n");
            foreach (var line in hunk.Lines)
            {
                text.Append(line.Kind switch { DiffLineKind.Added => '+', DiffLineKind.Deleted => '-', _ => ' ' });
                text.Append(line.Raw is null ? Bytes(line.Text) : Encoding.Latin1.GetString(line.Raw)).Append('\n');
                if (line.HasNoNewline) text.Append("\\ No newline at end of file\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The same of what git printed.</summary>
    public static string HunksOf(byte[] patch)
    {
        var text = new StringBuilder();
        var isHunk = false;
        foreach (var line in Encoding.Latin1.GetString(patch).Split('\n'))
        {
            if (line.StartsWith("diff --git", StringComparison.Ordinal)) isHunk = false;
            if (line.StartsWith("@@", StringComparison.Ordinal)) isHunk = true;
            if (isHunk && line.Length > 0) text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static string Range(int start, int count) => count == 1 ? $"{start}" : $"{start},{count}";

    private static string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static string PathOf(FileVersion file) => Encoding.Latin1.GetString(file.Path.Span);

    private static string Mode(FileVersion? file) => Convert.ToString(file?.Mode ?? 0, 8).PadLeft(6, '0');

    private static string Id(FileVersion? file) => file?.Id.ToString() ?? new string('0', 40);

    private static string Letter(ChangedFile file) => file.Status switch
    {
        FileStatus.Added => "A",
        FileStatus.Deleted => "D",
        FileStatus.Modified => "M",
        FileStatus.TypeChanged => "T",
        FileStatus.Renamed => $"R{file.Similarity:000}",
        _ => $"C{file.Similarity:000}",
    };
}
