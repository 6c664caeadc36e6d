using System.Text;

namespace Granary.Git.Reading;

/// <summary>A path in a tree. In git it is bytes: most are UTF-8, and the others must be told apart and found again too.</summary>
public sealed record GitPath
{
    /// <summary>In bytes: what Linux opens.</summary>
    public const int MaxLength = 4096;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private GitPath(byte[] bytes)
    {
        Bytes = bytes;
        Text = Encoding.UTF8.GetString(bytes);
        IsUtf8 = Text.Contains('\uFFFD', StringComparison.Ordinal) ? IsValid(bytes) : true;
    }

    public static GitPath Root { get; } = new([]);

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>As people read it, with U+FFFD for what is not UTF-8.</summary>
    public string Text { get; }

    /// <summary>Whether <see cref="Text"/> names it; otherwise only the bytes do.</summary>
    public bool IsUtf8 { get; }

    public bool IsRoot => Bytes.IsEmpty;

    public static GitPath FromBytes(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? Root : new GitPath(bytes.ToArray());

    /// <summary>Reads the path of a request; slashes around it do not count, and empty is the root.</summary>
    /// <param name="text">As text.</param>
    /// <param name="raw">Its bytes, when they are not UTF-8; then the text does not count.</param>
    public static Outcome<GitPath> Parse(string text, ReadOnlySpan<byte> raw)
    {
        var bytes = raw.IsEmpty ? Encoding.UTF8.GetBytes(text) : raw.ToArray();
        var path = bytes.AsSpan().Trim((byte)'/');
        if (path.IsEmpty) return Root;
        if (path.Length > MaxLength) return new Refusal(RefusalKind.InvalidArgument, $"A path has at most {MaxLength} bytes.");
        foreach (var part in path.Split((byte)'/'))
        {
            if (path[part] is [] or [(byte)'.'] or [(byte)'.', (byte)'.'] || path[part].Contains((byte)0))
                return new Refusal(RefusalKind.InvalidArgument, "A path is made of names with a slash between them; none is empty, '.' or '..', or has a NUL.");
        }

        return new GitPath(path.ToArray());
    }

    /// <summary>The path of an entry of this folder.</summary>
    public GitPath Below(ReadOnlySpan<byte> name) => IsRoot ? FromBytes(name) : new GitPath([.. Bytes.Span, (byte)'/', .. name]);

    public bool Equals(GitPath? other) => other is not null && Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Text;

    private static bool IsValid(byte[] bytes)
    {
        try
        {
            _ = StrictUtf8.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
