namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>What git takes for binary where no attribute says otherwise: a NUL among the first 8000 bytes.</summary>
internal static class BinaryContent
{
    private const int Looked = 8000;

    public static bool IsBinary(ReadOnlySpan<byte> content) => content[..Math.Min(content.Length, Looked)].Contains((byte)0);
}
