using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Granary.Projects;

namespace Granary.Hooks.Commits;

/// <summary>The key of an issue, <c>PROJ-123</c>: a project key, which need not exist, a hyphen and a number without leading zeros.</summary>
public readonly record struct IssueKey
{
    public const int MaxDigits = 9;

    public const int MaxLength = ProjectKey.MaxLength + 1 + MaxDigits;

    private IssueKey(string value) => Value = value;

    /// <summary>As it was written.</summary>
    public string Value { get; }

    /// <summary>The form by which keys are compared, as <see cref="ProjectKey.Key"/>.</summary>
    public string Key => NameRules.Fold(Value);

    public static bool TryParse(string? text, out IssueKey key, [NotNullWhen(false)] out string? fault)
    {
        key = default;
        var hyphen = text?.LastIndexOf('-') ?? -1;
        if (hyphen < 0 || !IsNumber(text.AsSpan(hyphen + 1)))
        {
            fault = $"An issue key is a project key, '-' and a number of at most {MaxDigits.ToString(CultureInfo.InvariantCulture)} digits, for example PROJ-123.";
            return false;
        }

        if (!NameRules.Check("project key", text![..hyphen], ProjectKey.MaxLength, out fault)) return false;
        key = new IssueKey(text);
        return true;
    }

    public bool Equals(IssueKey other) => Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;

    private static bool IsNumber(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxDigits && text[0] != '0' && !text.ContainsAnyExceptInRange('0', '9');
}

/// <summary>What a message says of an issue; of several, the greatest counts. The numbers are stored.</summary>
public enum IssueAction
{
    /// <summary>Its key stands there.</summary>
    Mentions = 0,

    /// <summary>After <c>ref</c>, <c>refs</c>, <c>references</c>.</summary>
    Refers = 1,

    /// <summary>After <c>resolve</c> and its forms.</summary>
    Resolves = 2,

    /// <summary>After <c>fix</c> and its forms.</summary>
    Fixes = 3,

    /// <summary>After <c>close</c> and its forms.</summary>
    Closes = 4,
}

/// <summary>An issue that a message names.</summary>
/// <param name="Key">As it is written there, in ordinary letters and digits.</param>
/// <param name="Action">What it says of it.</param>
public sealed record IssueReference(string Key, IssueAction Action);
