using System.Diagnostics.CodeAnalysis;

namespace Granary.Repositories.Policy;

/// <summary>
/// Names refs in the terms of <c>git for-each-ref</c>: a whole name, a folder of names (<c>refs/heads/release</c> has
/// <c>refs/heads/release/1.0</c> in it), or a glob in which <c>?</c> and <c>*</c> stop at a slash and <c>**</c> does not. What does
/// not begin with <c>refs/</c> is a branch.
/// </summary>
[GenerateSerializer, Immutable, Alias("granary.RefPattern")]
public readonly record struct RefPattern
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 256;

    private const int MaxWildcards = 16;

    private RefPattern(string value) => Value = value;

    /// <summary>Begins with <c>refs/</c>.</summary>
    [Id(0)]
    public string Value { get; }

    public bool HasWildcards => Value.AsSpan().ContainsAny('*', '?');

    public static bool TryParse(string? text, out RefPattern pattern, [NotNullWhen(false)] out string? fault)
    {
        pattern = default;
        var value = text is null or "" ? "" : text.StartsWith("refs/", StringComparison.Ordinal) ? text : "refs/heads/" + text;
        fault = Fault(value);
        if (fault is not null) return false;
        pattern = new RefPattern(value);
        return true;
    }

    public override string ToString() => Value;

    private static string? Fault(string value)
    {
        if (value.Length == 0) return "A ref pattern may not be empty.";
        if (value.Length > MaxLength) return $"A ref pattern may have at most {MaxLength} characters.";
        if (value.AsSpan().Count('*') + value.AsSpan().Count('?') > MaxWildcards) return $"A ref pattern may have at most {MaxWildcards} wildcards.";
        if (value.Contains("***", StringComparison.Ordinal)) return "A ref pattern may not hold '***'.";

        // A letter in place of each wildcard must give the name of a ref, or else the pattern could match none.
        var example = value.Replace("**", "x", StringComparison.Ordinal).Replace('*', 'x').Replace('?', 'x');
        if (example is "refs/heads" or "refs/tags" or "refs/remotes") return null;
        return RefName.TryParse(example, out _, out var fault) ? null : $"'{value}' is not a pattern of refs: {fault}.";
    }
}
