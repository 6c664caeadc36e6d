namespace Granary.Grains.Git.Reading.History;

/// <summary>A walk would visit more commits than one call may.</summary>
internal sealed class HistoryTooLongException : Exception
{
    public HistoryTooLongException(int limit)
        : base($"More than {limit} commits would have to be visited; ask for a range, or a later time to begin with.")
    {
    }
}
