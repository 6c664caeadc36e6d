using System.Text;

namespace Granary.Grains.Git.Reading.Trees;

/// <summary>Chooses the README among names: of several, the one that can be shown best; among equals, the shortest.</summary>
internal sealed class ReadmeName
{
    private const int MaxLength = 255;

    /// <summary>The best first.</summary>
    private static readonly string[] Extensions = ["md", "markdown", "mdown", "mkdn", "rst", "adoc", "asciidoc", "org", "textile", "txt", ""];

    private (int Rank, int Length) _best = (int.MaxValue, 0);

    /// <returns>Whether this name is better than all before.</returns>
    public bool Improve(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 6 or > MaxLength || !Ascii.EqualsIgnoreCase(name[..6], "readme"u8) || (name.Length > 6 && name[6] != '.')) return false;
        var extension = name.Length > 6 ? Encoding.UTF8.GetString(name[(name.LastIndexOf((byte)'.') + 1)..]) : "";
        var place = Array.FindIndex(Extensions, known => known.Equals(extension, StringComparison.OrdinalIgnoreCase));
        var rank = (place < 0 ? Extensions.Length : place, name.Length);
        if (rank.CompareTo(_best) >= 0) return false;
        _best = rank;
        return true;
    }
}
