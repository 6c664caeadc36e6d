namespace Granary.Grains.Git.Objects;

/// <summary>How much may still be unpacked: what costs more is left to a git process, which has limits of its own.</summary>
internal sealed class ReadBudget(long bytes)
{
    private long _left = bytes;

    /// <exception cref="BeyondBudgetException">That is more than is left.</exception>
    public void Take(long size)
    {
        if (size < 0 || size > _left) throw new BeyondBudgetException();
        _left -= size;
    }
}

/// <summary>It would cost too much, or is of a kind that is not known here. Never told to anyone: git is asked instead.</summary>
internal sealed class BeyondBudgetException : Exception;
