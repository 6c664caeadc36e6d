namespace Granary.Git;

/// <summary>What a place among the heavy git processes is wanted for; it is measured by it.</summary>
public enum GitWork
{
    Fetch,
    Push,
    Archive,
}
