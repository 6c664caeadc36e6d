using System.Diagnostics.CodeAnalysis;

namespace Granary.Accounts;

/// <summary>The name of a user: any script, kept as typed, unique without regard to case.</summary>
[GenerateSerializer, Immutable, Alias("granary.UserName")]
public readonly record struct UserName
{
    public const int MaxLength = 64;

    private static readonly HashSet<string> ReservedWords = ["git", "anonymous", "everyone", "nobody", "oauth2", "system", "token"];

    private UserName(string value) => Value = value;

    /// <summary>The name as it was typed when it was made.</summary>
    [Id(0)]
    public string Value { get; }

    /// <summary>The form by which names are compared and grains are keyed.</summary>
    public string Key => NameRules.Fold(Value);

    public static bool TryParse([NotNullWhen(true)] string? value, out UserName name, [NotNullWhen(false)] out string? fault)
    {
        name = default;
        if (!NameRules.Check("user name", value, MaxLength, out fault)) return false;
        if (ReservedWords.Contains(NameRules.Fold(value!)) || NameRules.Fold(value!).StartsWith("granary.", StringComparison.Ordinal))
        {
            fault = $"'{value}' is a reserved word.";
            return false;
        }

        name = new UserName(value!);
        return true;
    }

    /// <exception cref="FormatException">The text breaks a rule; the message says which.</exception>
    public static UserName Parse(string value) =>
        TryParse(value, out var name, out var fault) ? name : throw new FormatException(fault);

    public bool Equals(UserName other) => Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;
}
