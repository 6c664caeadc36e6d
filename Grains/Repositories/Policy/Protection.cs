using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Grains.Repositories.Policy;

/// <summary>The protection rules of a repository, ready to be asked for many refs.</summary>
internal sealed class Protection
{
    private readonly (RefMatcher Matcher, ProtectionRule Rule)[] _rules;

    public Protection(IReadOnlyList<ProtectionRule> rules)
    {
        _rules = [.. rules.Select(static rule => (new RefMatcher(rule.Pattern), rule))];
        Rules = rules;
    }

    public IReadOnlyList<ProtectionRule> Rules { get; }

    public bool IsEmpty => _rules.Length == 0;

    /// <summary>Every rule that matches the ref: each one holds.</summary>
    public IEnumerable<ProtectionRule> RulesFor(RefName name) =>
        _rules.Where(entry => entry.Matcher.Matches(name)).Select(static entry => entry.Rule);
}
