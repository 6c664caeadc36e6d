using System.Diagnostics.CodeAnalysis;

namespace Granary.Repositories;

/// <summary>The name of a repository within its project, without the <c>.git</c> ending.</summary>
[GenerateSerializer, Immutable, Alias("granary.RepositoryName")]
public readonly record struct RepositoryName
{
    public const int MaxLength = 100;

    private RepositoryName(string value) => Value = value;

    /// <summary>The name as it was typed when it was made.</summary>
    [Id(0)]
    public string Value { get; }

    /// <summary>The form by which names are compared and grains are keyed.</summary>
    public string Key => NameRules.Fold(Value);

    public static bool TryParse([NotNullWhen(true)] string? value, out RepositoryName name, [NotNullWhen(false)] out string? fault)
    {
        name = default;
        if (!NameRules.Check("repository name", value, MaxLength, out fault)) return false;
        name = new RepositoryName(value!);
        return true;
    }

    /// <exception cref="FormatException">The text breaks a rule; the message says which.</exception>
    public static RepositoryName Parse(string value) =>
        TryParse(value, out var name, out var fault) ? name : throw new FormatException(fault);

    public bool Equals(RepositoryName other) => Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;
}
