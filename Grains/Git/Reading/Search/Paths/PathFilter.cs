namespace Granary.Grains.Git.Reading.Search.Paths;

/// <summary>Which files are wanted.</summary>
/// <param name="globs">One of them matches; none: all do.</param>
/// <param name="excluded">None of them matches.</param>
internal sealed class PathFilter(IEnumerable<string> globs, IEnumerable<string> excluded)
{
    private readonly PathGlob[] _globs = [.. globs.Select(static glob => new PathGlob(glob))];
    private readonly PathGlob[] _excluded = [.. excluded.Select(static glob => new PathGlob(glob))];

    public bool Matches(ReadOnlySpan<byte> path)
    {
        foreach (var glob in _excluded)
        {
            if (glob.Matches(path)) return false;
        }

        foreach (var glob in _globs)
        {
            if (glob.Matches(path)) return true;
        }

        return _globs.Length == 0;
    }

    /// <param name="folder">With a slash at its end.</param>
    /// <returns>False: nothing in it is wanted.</returns>
    public bool MayMatchBelow(ReadOnlySpan<byte> folder)
    {
        foreach (var glob in _excluded)
        {
            if (glob.IsAtOrAbove(folder[..^1])) return false;
        }

        foreach (var glob in _globs)
        {
            if (glob.MayMatchBelow(folder)) return true;
        }

        return _globs.Length == 0;
    }
}
