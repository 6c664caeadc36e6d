using System.Diagnostics.CodeAnalysis;

namespace Granary.Projects;

/// <summary>The key of a project, the first part of a repository path.</summary>
[GenerateSerializer, Immutable, Alias("granary.ProjectKey")]
public readonly record struct ProjectKey
{
    public const int MaxLength = 64;

    /// <summary>First segments of the paths that the server itself answers.</summary>
    private static readonly HashSet<string> ReservedWords =
    [
        "api", "assets", "dashboard", "explore", "favicon.ico", "grpc", "healthz", "help", "login", "logout", "metrics",
        "openapi", "robots.txt", "settings", "static", "users",
    ];

    private ProjectKey(string value) => Value = value;

    /// <summary>The name as it was typed when it was made.</summary>
    [Id(0)]
    public string Value { get; }

    /// <summary>The form by which names are compared and grains are keyed.</summary>
    public string Key => NameRules.Fold(Value);

    public static bool TryParse([NotNullWhen(true)] string? value, out ProjectKey name, [NotNullWhen(false)] out string? fault)
    {
        name = default;
        if (!NameRules.Check("project key", value, MaxLength, out fault)) return false;
        if (ReservedWords.Contains(NameRules.Fold(value!)) || NameRules.Fold(value!).StartsWith("granary.", StringComparison.Ordinal))
        {
            fault = $"'{value}' is a reserved word.";
            return false;
        }

        name = new ProjectKey(value!);
        return true;
    }

    /// <exception cref="FormatException">The text breaks a rule; the message says which.</exception>
    public static ProjectKey Parse(string value) =>
        TryParse(value, out var name, out var fault) ? name : throw new FormatException(fault);

    public bool Equals(ProjectKey other) => Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;
}
