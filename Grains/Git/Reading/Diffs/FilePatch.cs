using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Native;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>
/// The line by line comparison of two texts, by the xdiff within libgit2, as git's own is. Its lines are spans into the texts, which
/// must stay until it is disposed.
/// </summary>
internal sealed unsafe class FilePatch : IDisposable
{
    private readonly PatchHandle _patch;

    /// <param name="old">One side; not moved by the collector while this is there.</param>
    /// <param name="oldLength">Its bytes.</param>
    /// <param name="now">The other side.</param>
    /// <param name="newLength">Its bytes.</param>
    /// <param name="settings">How they are compared.</param>
    public FilePatch(byte* old, int oldLength, byte* now, int newLength, DiffSettings settings)
    {
        DiffOptions options;
        LibGit2.Check(LibGit2.DiffOptionsInit(&options, DiffOptions.CurrentVersion));
        options.Flags = FlagsOf(settings);
        options.ContextLines = (uint)settings.ContextLines;
        LibGit2.Check(LibGit2.PatchFromBuffers(out var patch, old, (nuint)oldLength, null, now, (nuint)newLength, null, &options));
        _patch = new PatchHandle(patch);
        HunkCount = (int)LibGit2.PatchHunkCount(_patch);
    }

    public int HunkCount { get; }

    public ref readonly NativeHunk HunkAt(int index, out int lines)
    {
        LibGit2.Check(LibGit2.PatchHunk(out var hunk, out var count, _patch, (nuint)index));
        lines = (int)count;
        return ref *hunk;
    }

    public ref readonly NativeLine LineAt(int hunk, int index)
    {
        LibGit2.Check(LibGit2.PatchLine(out var line, _patch, (nuint)hunk, (nuint)index));
        return ref *line;
    }

    public void Dispose() => _patch.Dispose();

    private static DiffFlags FlagsOf(DiffSettings settings) =>
        DiffFlags.ForceText | DiffFlags.IndentHeuristic
        | (settings.IgnoreBlankLines ? DiffFlags.IgnoreBlankLines : DiffFlags.None)
        | settings.Whitespace switch
        {
            WhitespaceMode.IgnoreAll => DiffFlags.IgnoreWhitespace,
            WhitespaceMode.IgnoreChange => DiffFlags.IgnoreWhitespaceChange,
            WhitespaceMode.IgnoreAtEndOfLine => DiffFlags.IgnoreWhitespaceEol,
            _ => DiffFlags.None,
        };
}
