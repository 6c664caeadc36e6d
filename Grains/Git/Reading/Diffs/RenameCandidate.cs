using Granary.Git.Reading.Diffs;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>A file that others may come from: one that is gone or, where copies are looked for, one that changed.</summary>
internal sealed class RenameSource(FileVersion file, bool isKept)
{
    public FileVersion File { get; } = file;

    /// <summary>Whether it is still there, so that whatever comes from it is a copy.</summary>
    public bool IsKept { get; } = isKept;

    /// <summary>How many files come from it.</summary>
    public int Uses { get; set; }

    public bool IsFree => Uses == 0 && !IsKept;
}

/// <summary>A new file, and where it comes from once that is found.</summary>
internal sealed class RenameTarget(FileVersion file)
{
    public FileVersion File { get; } = file;

    public RenameSource? From { get; private set; }

    public int Score { get; private set; }

    public void ComesFrom(RenameSource source, int score)
    {
        (From, Score) = (source, score);
        source.Uses++;
    }
}
