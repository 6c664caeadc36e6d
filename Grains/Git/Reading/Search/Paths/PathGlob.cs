using System.Text;

namespace Granary.Grains.Git.Reading.Search.Paths;

/// <summary>
/// One pathspec without magic, as git matches it: a file, a folder with all below it, or, with wildcards, whole paths, in which <c>*</c> stands for
/// slashes as well. Takes time by the product of the lengths at worst.
/// </summary>
internal sealed class PathGlob
{
    private readonly byte[] _glob;
    private readonly int _plain;

    public PathGlob(string glob)
    {
        _glob = Encoding.UTF8.GetBytes(glob);
        var special = _glob.AsSpan().IndexOfAny("*?[\\"u8);
        _plain = special < 0 ? _glob.Length : special;
    }

    public bool Matches(ReadOnlySpan<byte> path) => IsAtOrAbove(path) || (_plain < _glob.Length && MatchesWildcards(path));

    /// <summary>Whether it names this path, or a folder above it, character by character.</summary>
    public bool IsAtOrAbove(ReadOnlySpan<byte> path) =>
        path.StartsWith(_glob) && (path.Length == _glob.Length || _glob is [.., (byte)'/'] || path[_glob.Length] == '/');

    /// <param name="folder">With a slash at its end.</param>
    /// <returns>False: nothing in it matches.</returns>
    public bool MayMatchBelow(ReadOnlySpan<byte> folder)
    {
        var common = Math.Min(folder.Length, _plain);
        return folder[..common].SequenceEqual(_glob.AsSpan(0, common));
    }

    /// <summary>Only the last star has to be tried again: what those before it took need not be more.</summary>
    private bool MatchesWildcards(ReadOnlySpan<byte> path)
    {
        var (at, taken) = (0, 0);
        var (star, starTaken) = (-1, 0);
        while (taken < path.Length)
        {
            if (at < _glob.Length && _glob[at] == '*')
            {
                (star, starTaken) = (++at, taken);
            }
            else if (at < _glob.Length && GlobByte.Matches(_glob, ref at, path[taken]))
            {
                taken++;
            }
            else if (star >= 0)
            {
                (at, taken) = (star, ++starTaken);
            }
            else
            {
                return false;
            }
        }

        return !_glob.AsSpan(at).ContainsAnyExcept((byte)'*');
    }
}
