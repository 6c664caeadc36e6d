using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Granary.Git.Committing;

/// <summary>
/// A path at which a file may be put: from the root of the tree, of bytes, with nothing in it that leaves the tree or that git
/// keeps for itself. Fsck, which looks at every push, knows more forms of <c>.git</c> than this.
/// </summary>
public sealed class TreePath
{
    public const int MaxLength = 4096;

    /// <summary>As file systems have it.</summary>
    public const int MaxComponentLength = 255;

    private readonly byte[] _bytes;

    private TreePath(byte[] bytes) => _bytes = bytes;

    public ReadOnlyMemory<byte> Bytes => _bytes;

    public static bool TryParse(ReadOnlySpan<byte> path, [NotNullWhen(true)] out TreePath? parsed, [NotNullWhen(false)] out string? fault)
    {
        fault = FaultOf(path);
        parsed = fault is null ? new TreePath(path.ToArray()) : null;
        return fault is null;
    }

    public override string ToString() => Encoding.UTF8.GetString(_bytes);

    private static string? FaultOf(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty) return "A path may not be empty.";
        if (path.Length > MaxLength) return $"A path may have at most {MaxLength} bytes.";
        if (path.Contains((byte)0)) return "A path may not contain a NUL.";
        if (path[0] == '/') return "A path begins at the root of the repository, without a slash.";
        if (path[^1] == '/') return "A path names a file and may not end in a slash.";
        foreach (var part in path.Split((byte)'/'))
        {
            if (FaultOfComponent(path[part]) is { } fault) return fault;
        }

        return null;
    }

    private static string? FaultOfComponent(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return "A path may not contain an empty part ('//').";
        if (name.Length > MaxComponentLength) return $"A part of a path may have at most {MaxComponentLength} bytes.";
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8)) return "A path may not contain '.' or '..'.";

        // As Windows reads it, with dots, spaces or a stream's name behind it.
        var colon = name.IndexOf((byte)':');
        var bare = (colon < 0 ? name : name[..colon]).TrimEnd(". "u8);
        return Ascii.EqualsIgnoreCase(bare, ".git"u8) || Ascii.EqualsIgnoreCase(bare, "git~1"u8)
            ? "A path may not contain '.git': that is git's own folder."
            : null;
    }
}
