namespace Granary.Grains.Git.Objects;

/// <summary>Deltas as gitformat-pack(5) has them, "Deltified representation".</summary>
internal static class PackDelta
{
    /// <summary>The two sizes at a delta's head, and how many bytes they take.</summary>
    public static (long Base, long Result, int Length) ReadSizes(ReadOnlySpan<byte> delta)
    {
        var position = 0;
        var of = ReadSize(delta, ref position);
        var result = ReadSize(delta, ref position);
        return (of, result, position);
    }

    /// <exception cref="BeyondBudgetException">The delta is broken, or not one of this base.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> of, ReadOnlySpan<byte> delta, ReadBudget budget)
    {
        var (baseSize, size, position) = ReadSizes(delta);
        if (baseSize != of.Length) throw new BeyondBudgetException();
        budget.Take(size);
        var result = new byte[size];
        var written = 0;
        while (position < delta.Length)
        {
            var instruction = delta[position++];
            if (instruction == 0) throw new BeyondBudgetException();
            ReadOnlySpan<byte> source;
            if ((instruction & 0x80) == 0)
            {
                source = Slice(delta, position, instruction);
                position += instruction;
            }
            else
            {
                var at = ReadBytes(delta, ref position, instruction, 4);
                var length = ReadBytes(delta, ref position, instruction >> 4, 3);
                source = Slice(of, at, length == 0 ? 0x10000 : length);
            }

            if (source.Length > result.Length - written) throw new BeyondBudgetException();
            source.CopyTo(result.AsSpan(written));
            written += source.Length;
        }

        return written == result.Length ? result : throw new BeyondBudgetException();
    }

    private static long ReadSize(ReadOnlySpan<byte> delta, ref int position)
    {
        var size = 0L;
        for (var shift = 0; ; shift += 7)
        {
            if (position >= delta.Length || shift > 56) throw new BeyondBudgetException();
            var next = delta[position++];
            size |= (long)(next & 0x7f) << shift;
            if ((next & 0x80) == 0) return size;
        }
    }

    /// <summary>A little-endian number of which only the bytes that are not zero are there, as the bits of the mask say.</summary>
    private static long ReadBytes(ReadOnlySpan<byte> delta, ref int position, int mask, int count)
    {
        var number = 0L;
        for (var i = 0; i < count; i++)
        {
            if ((mask & (1 << i)) == 0) continue;
            if (position >= delta.Length) throw new BeyondBudgetException();
            number |= (long)delta[position++] << (8 * i);
        }

        return number;
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> bytes, long at, long length) =>
        at + length <= bytes.Length ? bytes.Slice((int)at, (int)length) : throw new BeyondBudgetException();
}
