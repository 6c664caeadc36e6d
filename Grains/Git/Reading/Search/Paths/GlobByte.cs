namespace Granary.Grains.Git.Reading.Search.Paths;

/// <summary>What in a glob stands for one byte: itself, <c>?</c>, an escaped one, or one of a set.</summary>
internal static class GlobByte
{
    /// <param name="glob">The glob.</param>
    /// <param name="at">Where in it; moved behind what stands for the byte, when that matches.</param>
    /// <param name="tested">The byte of a path.</param>
    public static bool Matches(ReadOnlySpan<byte> glob, ref int at, byte tested)
    {
        switch (glob[at])
        {
            case (byte)'?':
                at++;
                return true;
            case (byte)'[':
                return MatchesSet(glob, ref at, tested);
            case (byte)'\\' when at + 1 < glob.Length:
                if (glob[at + 1] != tested) return false;
                at += 2;
                return true;
            case var plain:
                if (plain != tested) return false;
                at++;
                return true;
        }
    }

    private static bool MatchesSet(ReadOnlySpan<byte> glob, ref int at, byte tested)
    {
        var next = at + 1;
        var isNegated = next < glob.Length && glob[next] is (byte)'!' or (byte)'^';
        if (isNegated) next++;
        var (isIn, isFirst) = (false, true);

        // A bracket at the beginning is one of the set.
        for (; next < glob.Length && (isFirst || glob[next] != ']'); isFirst = false)
        {
            if (glob[next..].StartsWith("[:"u8))
            {
                var length = glob[next..].IndexOf(":]"u8);
                if (length < 0) return false;
                isIn |= IsOf(glob.Slice(next + 2, length - 2), tested);
                next += length + 2;
                continue;
            }

            var low = Take(glob, ref next);
            var high = low;
            if (next + 1 < glob.Length && glob[next] == '-' && glob[next + 1] != ']')
            {
                next++;
                high = Take(glob, ref next);
            }

            isIn |= tested >= low && tested <= high;
        }

        if (next >= glob.Length || isIn == isNegated) return false;
        at = next + 1;
        return true;
    }

    private static byte Take(ReadOnlySpan<byte> glob, ref int next)
    {
        if (glob[next] == '\\' && next + 1 < glob.Length) next++;
        return glob[next++];
    }

    private static bool IsOf(ReadOnlySpan<byte> name, byte tested)
    {
        var c = (char)tested;
        return name switch
        {
            _ when name.SequenceEqual("alnum"u8) => char.IsAsciiLetterOrDigit(c),
            _ when name.SequenceEqual("alpha"u8) => char.IsAsciiLetter(c),
            _ when name.SequenceEqual("blank"u8) => c is ' ' or '\t',
            _ when name.SequenceEqual("cntrl"u8) => c is < ' ' or '\x7f',
            _ when name.SequenceEqual("digit"u8) => char.IsAsciiDigit(c),
            _ when name.SequenceEqual("graph"u8) => c is > ' ' and < '\x7f',
            _ when name.SequenceEqual("lower"u8) => char.IsAsciiLetterLower(c),
            _ when name.SequenceEqual("print"u8) => c is >= ' ' and < '\x7f',
            _ when name.SequenceEqual("punct"u8) => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c),
            _ when name.SequenceEqual("space"u8) => c is ' ' or (>= '\t' and <= '\r'),
            _ when name.SequenceEqual("upper"u8) => char.IsAsciiLetterUpper(c),
            _ when name.SequenceEqual("xdigit"u8) => char.IsAsciiHexDigit(c),
            _ => false,
        };
    }
}
