using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Granary.Repositories.Policy;

namespace Granary.Grains.Repositories.Policy;

/// <summary>
/// A <see cref="CommitRule"/> ready to look at commits. The expressions are an administrator's and the texts anybody's, so neither
/// may cost more than time linear in the text.
/// </summary>
internal sealed partial class CommitCheck
{
    /// <summary>Of a message, in characters; what is behind that is not looked at.</summary>
    public const int MaxMessage = 64 * 1024;

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline;

    private readonly CommitRule _rule;
    private readonly Regex? _message;
    private readonly Regex? _authorMail;

    /// <exception cref="ArgumentException">An expression is malformed, or needs backtracking.</exception>
    public CommitCheck(CommitRule rule)
    {
        _rule = rule;
        _message = Compile(rule.Message);
        _authorMail = Compile(rule.AuthorMail);
    }

    /// <summary>Why the rule cannot be used, a sentence.</summary>
    public static bool TryFindFault(CommitRule rule, [NotNullWhen(true)] out string? fault)
    {
        fault = FaultOf("message", rule.Message) ?? FaultOf("author mail", rule.AuthorMail);
        return fault is not null;
    }

    /// <summary>What is wrong with a commit, as the end of a sentence that began with its name; null: nothing.</summary>
    public string? Judge(string authorMail, string message)
    {
        if (_authorMail?.IsMatch(authorMail) == false) return $"has the author mail '{Cut(authorMail)}', which does not match '{_rule.AuthorMail}'";
        if (message.Length > MaxMessage) message = message[..MaxMessage];
        if (_message?.IsMatch(message) == false) return $"has a message that does not match '{_rule.Message}'";
        return _rule.SignedOff && !SignedOffLine().IsMatch(message)
            ? "is not signed off; commit with 'git commit --signoff', or sign off what you have with 'git rebase --signoff'"
            : null;
    }

    private static Regex? Compile(string? expression) => expression is null ? null : new Regex(expression, Linear);

    private static string? FaultOf(string what, string? expression)
    {
        if (expression is null) return null;
        if (expression.Length is 0 or > CommitRule.MaxExpressionLength)
            return $"The expression for the {what} must have 1 to {CommitRule.MaxExpressionLength} characters.";
        try
        {
            _ = Compile(expression);
            return null;
        }
        catch (NotSupportedException)
        {
            return $"The expression for the {what} is too costly: it may not look around, refer back or repeat very often.";
        }
        catch (ArgumentException fault)
        {
            return $"The expression for the {what} is malformed: {fault.Message}";
        }
    }

    private static string Cut(string text) => text.Length <= 100 ? text : text[..100] + "…";

    [GeneratedRegex(@"^Signed-off-by: [^\n]*[^\s<] <[^<>\s]+>[ \t\r]*$", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex SignedOffLine();
}
