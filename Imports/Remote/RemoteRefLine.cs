using System.Text;
using Granary.Imports.Sources;
using Granary.Repositories;

namespace Granary.Imports.Remote;

/// <summary>A line of an answer to <c>ls-refs</c>: id or <c>unborn</c>, name, attributes.</summary>
internal static class RemoteRefLine
{
    private const int MaxLength = 8192;

    public static void Read(ReadOnlySpan<byte> line, SourceRefs refs)
    {
        if (line.Length > MaxLength || line.IndexOf((byte)' ') is not (> 0 and var blank)) throw Malformed();
        var rest = line[(blank + 1)..];
        var end = rest.IndexOf((byte)' ');
        var name = end < 0 ? rest : rest[..end];
        if (name.SequenceEqual("HEAD"u8)) refs.HeadTarget = SymrefIn(end < 0 ? [] : rest[end..]) ?? refs.HeadTarget;
        if (line[..blank].SequenceEqual("unborn"u8)) return;
        if (!ObjectId.TryParse(line[..blank], out var id)) throw Malformed();
        refs.Add(name, id);
    }

    private static string? SymrefIn(ReadOnlySpan<byte> attributes)
    {
        var start = attributes.IndexOf(" symref-target:"u8);
        if (start < 0) return null;
        var target = attributes[(start + " symref-target:".Length)..];
        var end = target.IndexOf((byte)' ');
        return Encoding.UTF8.GetString(end < 0 ? target : target[..end]);
    }

    private static ImportRefusedException Malformed() => new("The source lists its refs in a form that cannot be read.");
}
