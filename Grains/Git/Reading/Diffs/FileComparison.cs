using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Native;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>Compares changed files line by line, one at a time; counts all lines and keeps as many as the budget allows.</summary>
internal sealed class FileComparison(ObjectSource objects, DiffSettings settings, DiffLimits limits)
{
    private long _comparedBytes;

    /// <param name="file">What to compare.</param>
    /// <param name="budget">What may still be shown; it is charged.</param>
    public FileDiff Compare(ChangedFile file, LineBudget budget)
    {
        if (file.Old?.Id == file.New?.Id) return Without(file);
        var (oldSize, newSize) = (FileContents.SizeOf(objects, file.Old), FileContents.SizeOf(objects, file.New));
        if (Math.Max(oldSize, newSize) > limits.MaxFileSize || _comparedBytes + oldSize + newSize > limits.MaxComparedBytes)
            return Without(file) with { IsTooLarge = true };
        _comparedBytes += oldSize + newSize;
        using var old = FileContents.Load(objects, file.Old);
        using var now = FileContents.Load(objects, file.New);
        if (BinaryContent.IsBinary(old.Bytes) || BinaryContent.IsBinary(now.Bytes)) return Without(file) with { IsBinary = true };
        return CompareText(file, old.Bytes, now.Bytes, budget);
    }

    private unsafe FileDiff CompareText(ChangedFile file, ReadOnlySpan<byte> old, ReadOnlySpan<byte> now, LineBudget budget)
    {
        fixed (byte* oldStart = old)
        fixed (byte* newStart = now)
        {
            using var patch = new FilePatch(oldStart, old.Length, newStart, now.Length, settings);
            var text = LineText.Of(old, now);
            var hunks = new HunkList(text, budget.ForFile(), settings.WithLines);
            for (var i = 0; i < patch.HunkCount; i++) hunks.Add(patch, i);
            return new FileDiff(file, false, false, hunks.IsTruncated, hunks.Additions, hunks.Deletions, text.Name, hunks.Hunks);
        }
    }

    private static FileDiff Without(ChangedFile file) => new(file, false, false, false, 0, 0, "", []);
}
