using System.Globalization;
using System.Text;
using Google.Protobuf;
using Granary.V1;

namespace Granary.Diffs.Tests.Diffs;

/// <summary>Messages in the forms that git prints, each byte a character, with line feeds for NULs.</summary>
internal static class DiffText
{
    /// <summary><c>git diff --raw -z --no-abbrev</c>.</summary>
    public static string Raw(FileDiff file)
    {
        var isMove = file.Status is FileDiff.Types.Status.Renamed or FileDiff.Types.Status.Copied;
        var letter = file.Status switch
        {
            FileDiff.Types.Status.Added => "A",
            FileDiff.Types.Status.Deleted => "D",
            FileDiff.Types.Status.Modified => "M",
            FileDiff.Types.Status.TypeChanged => "T",
            FileDiff.Types.Status.Renamed => $"R{file.Similarity:000}",
            _ => $"C{file.Similarity:000}",
        };
        var sides = $":{file.Old?.Mode ?? "000000"} {file.New?.Mode ?? "000000"} {Id(file.Old)} {Id(file.New)} {letter}\n";
        return sides + (isMove ? PathOf(file.Old!) + "\n" : "") + PathOf((file.New ?? file.Old)!) + "\n";
    }

    public static string Hunks(FileDiff file)
    {
        var text = new StringBuilder();
        foreach (var hunk in file.Hunks)
        {
            var section = hunk.Section.Length > 0 ? " " + Bytes(hunk.Section) : "";
            text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(hunk.OldStart, hunk.OldCount)} +{Range(hunk.NewStart, hunk.NewCount)} @@{section}\n");
            foreach (var line in hunk.Lines)
            {
                text.Append(line.Kind switch { DiffLine.Types.Kind.Added => '+', DiffLine.Types.Kind.Deleted => '-', _ => ' ' });
                text.Append(line.RawText.IsEmpty ? Bytes(line.Text) : Encoding.Latin1.GetString(line.RawText.Span)).Append('\n');
                if (line.NoNewline) text.Append("\\ No newline at end of file\n");
            }
        }

        return text.ToString();
    }

    private static string Range(int start, int count) => count == 1 ? $"{start}" : $"{start},{count}";

    private static string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static string PathOf(FileVersion file) => file.RawPath.IsEmpty ? Bytes(file.Path) : Encoding.Latin1.GetString(file.RawPath.Span);

    private static string Id(FileVersion? file) => file?.Id ?? new string('0', 40);
}
