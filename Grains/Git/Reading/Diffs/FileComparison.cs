using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Native;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>Compares changed files line by line, one at a time; counts all lines and keeps as many as the budget allows.</summary>
/// <param name="objects">Where the files are.</param>
/// <param name="settings">How they are compared.</param>
/// <param name="limits">What it may cost.</param>
/// <param name="comparedBytes">What was compared of the same diff before.</param>
internal sealed class FileComparison(ObjectSource objects, DiffSettings settings, DiffLimits limits, long comparedBytes = 0)
{
    /// <summary>Bytes of both sides of all files so far.</summary>
    public long ComparedBytes { get; private set; } = comparedBytes;

    /// <param name="file">What to compare.</param>
    /// <param name="budget">What may still be shown; it is charged.</param>
    /// <param name="withLines">Whether they are shown at all, and not only counted.</param>
    public FileDiff Compare(ChangedFile file, LineBudget budget, bool withLines)
    {
        if (file.Old?.Id == file.New?.Id) return Without(file);
        var (oldSize, newSize) = (FileContents.SizeOf(objects, file.Old), FileContents.SizeOf(objects, file.New));
        if (Math.Max(oldSize, newSize) > limits.MaxFileSize || ComparedBytes + oldSize + newSize > limits.MaxComparedBytes)
            return Without(file) with { IsTooLarge = true };
        ComparedBytes += oldSize + newSize;
        using var old = FileContents.Load(objects, file.Old);
        using var now = FileContents.Load(objects, file.New);
        if (BinaryContent.IsBinary(old.Bytes) || BinaryContent.IsBinary(now.Bytes)) return Without(file) with { IsBinary = true };
        return CompareText(file, old.Bytes, now.Bytes, budget, withLines);
    }

    private unsafe FileDiff CompareText(ChangedFile file, ReadOnlySpan<byte> old, ReadOnlySpan<byte> now, LineBudget budget, bool withLines)
    {
        fixed (byte* oldStart = old)
        fixed (byte* newStart = now)
        {
            using var patch = new FilePatch(oldStart, old.Length, newStart, now.Length, settings);
            var text = LineText.Of(old, now);
            var hunks = new HunkList(text, budget.ForFile(), withLines);
            for (var i = 0; i < patch.HunkCount; i++) hunks.Add(patch, i);
            return new FileDiff(file, false, false, hunks.IsTruncated, hunks.Additions, hunks.Deletions, text.Name, hunks.Hunks);
        }
    }

    private static FileDiff Without(ChangedFile file) => new(file, false, false, false, 0, 0, "", []);
}
