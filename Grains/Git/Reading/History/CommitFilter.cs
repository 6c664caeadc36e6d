using Granary.Git.Reading;
using Granary.Git.Reading.History;

namespace Granary.Grains.Git.Reading.History;

/// <summary>What a commit itself must be to be shown.</summary>
internal sealed class CommitFilter(HistoryQuery query)
{
    /// <summary>Whether the time fits, for which the commit need not be read.</summary>
    public bool MatchesTime(long time) => !(time > query.Until);

    public bool Matches(Commit commit) =>
        (query.Author.Length == 0 || $"{commit.Author.Name} <{commit.Author.Mail}>".Contains(query.Author, StringComparison.OrdinalIgnoreCase))
        && (query.Text.Length == 0 || commit.Message.Contains(query.Text, StringComparison.OrdinalIgnoreCase));
}
