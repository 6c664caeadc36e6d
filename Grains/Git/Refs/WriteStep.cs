namespace Granary.Grains.Git.Refs;

/// <summary>The steps of a push's turn, in their order; a crash can fall behind each.</summary>
internal enum WriteStep
{
    LockTaken,
    PackedRefsWritten,
    PackedRefsLinked,
    PendingMarked,
    IntentWritten,
    PackRenamed,
    PackDirectorySynced,
    PackedRefsRenamed,
    DirectorySynced,
    Closed,
}

/// <summary>Is told of each step behind it. The server itself has no use for it: a test host ends the process there.</summary>
internal interface IWriteObserver
{
    void Reached(WriteStep step);
}

internal sealed class NoWriteObserver : IWriteObserver
{
    public static NoWriteObserver Instance { get; } = new();

    public void Reached(WriteStep step)
    {
    }
}
