namespace Granary.Grains.Git.Reading.Blame;

/// <summary>Lines one after the other, in the file that was asked for and in an older form of it. All lines are counted from 0.</summary>
/// <param name="Line">The first of them in the file that was asked for.</param>
/// <param name="Source">The first of them in the older form.</param>
/// <param name="Count">How many.</param>
internal readonly record struct LineSpan(int Line, int Source, int Count)
{
    /// <summary>Behind the last one in the older form.</summary>
    public int SourceEnd => Source + Count;

    /// <summary>Whether another one goes on where this one ends.</summary>
    public bool GoesOnIn(LineSpan next) => Line + Count == next.Line && SourceEnd == next.Source;
}
