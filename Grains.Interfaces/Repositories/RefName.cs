using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Granary.Repositories;

/// <summary>
/// A full ref name below <c>refs/</c> that a client may write: the rules of <c>git check-ref-format</c>, and valid UTF-8.
/// </summary>
[GenerateSerializer, Immutable, Alias("granary.RefName")]
public readonly record struct RefName
{
    /// <summary>In bytes of UTF-8. Bounded so that an advertisement line fits a pkt-line with room for an annotation.</summary>
    public const int MaxLength = 1024;

    /// <summary>Of a part between slashes, in bytes: with <c>.lock</c> behind it, it must be a file name, here and at every client.</summary>
    public const int MaxComponentLength = 250;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private RefName(string value) => Value = value;

    [Id(0)]
    public string Value { get; }

    public bool IsBranch => Value.StartsWith("refs/heads/", StringComparison.Ordinal);

    public bool IsTag => Value.StartsWith("refs/tags/", StringComparison.Ordinal);

    /// <summary>The name without <c>refs/heads/</c>, <c>refs/tags/</c> or <c>refs/</c>, as people say it.</summary>
    public string ShortName => IsBranch ? Value[11..] : IsTag ? Value[10..] : Value[5..];

    public static RefName Branch(string shortName) => Parse("refs/heads/" + shortName);

    public static bool TryParse(ReadOnlySpan<byte> utf8, out RefName name, [NotNullWhen(false)] out string? fault)
    {
        name = default;
        if (utf8.Length > MaxLength)
        {
            fault = $"ref name longer than {MaxLength} bytes";
            return false;
        }

        try
        {
            return TryParse(StrictUtf8.GetString(utf8), out name, out fault);
        }
        catch (DecoderFallbackException)
        {
            fault = "ref name is not valid UTF-8";
            return false;
        }
    }

    public static bool TryParse(string? value, out RefName name, [NotNullWhen(false)] out string? fault)
    {
        name = default;
        fault = Fault(value);
        if (fault is not null) return false;
        name = new RefName(value!);
        return true;
    }

    /// <exception cref="FormatException">The text breaks a rule; the message says which.</exception>
    public static RefName Parse(string value) => TryParse(value, out var name, out var fault) ? name : throw new FormatException(fault);

    public override string ToString() => Value;

    private static string? Fault(string? value)
    {
        if (value is null || !value.StartsWith("refs/", StringComparison.Ordinal)) return "ref name does not begin with refs/";
        if (Encoding.UTF8.GetByteCount(value) > MaxLength) return $"ref name longer than {MaxLength} bytes";
        if (value is "refs/heads/HEAD" or "refs/tags/HEAD") return "'HEAD' is a reserved name";
        if (value.StartsWith("refs/heads/-", StringComparison.Ordinal) || value.StartsWith("refs/tags/-", StringComparison.Ordinal))
            return "a branch or tag name may not begin with '-'";
        if (value.EndsWith('.')) return "ref name ends with '.'";
        if (value.Contains("..", StringComparison.Ordinal)) return "ref name contains '..'";
        if (value.Contains("@{", StringComparison.Ordinal)) return "ref name contains '@{'";
        foreach (var c in value)
        {
            if (c < 0x20 || c == 0x7f || " ~^:?*[\\".Contains(c, StringComparison.Ordinal)) return "ref name contains a forbidden character";
        }

        foreach (var part in value.AsSpan()["refs/".Length..].Split('/'))
        {
            var component = value.AsSpan()["refs/".Length..][part];
            if (Encoding.UTF8.GetByteCount(component) > MaxComponentLength) return $"a component of the ref name is longer than {MaxComponentLength} bytes";
            if (component.IsEmpty) return "ref name has an empty component";
            if (component[0] == '.') return "a component of the ref name begins with '.'";
            if (component.EndsWith(".lock", StringComparison.Ordinal)) return "a component of the ref name ends with '.lock'";
        }

        return value is "refs/heads" or "refs/tags" or "refs/remotes" ? $"'{value}' is a folder of refs" : null;
    }
}
