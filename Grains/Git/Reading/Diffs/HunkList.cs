using System.Text;
using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Native;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>The hunks of one file, made from libgit2's.</summary>
internal sealed unsafe class HunkList(LineText text, LineBudget budget, bool withLines)
{
    private const byte Context = (byte)' ';
    private const byte Added = (byte)'+';
    private const byte Deleted = (byte)'-';

    private readonly List<DiffHunk> _hunks = [];

    public IReadOnlyList<DiffHunk> Hunks => _hunks;

    public int Additions { get; private set; }

    public int Deletions { get; private set; }

    public bool IsTruncated { get; private set; }

    public void Add(FilePatch patch, int index)
    {
        ref readonly var hunk = ref patch.HunkAt(index, out var count);
        var lines = new List<DiffLine>(withLines && !IsTruncated ? count : 0);
        for (var i = 0; i < count; i++)
        {
            ref readonly var line = ref patch.LineAt(index, i);
            var content = new ReadOnlySpan<byte>(line.Content, (int)line.ContentLength);
            if (line.Origin is not (Context or Added or Deleted)) continue;
            if (line.Origin == Added) Additions++;
            if (line.Origin == Deleted) Deletions++;
            if (withLines && !IsTruncated) Keep(lines, line, content);
        }

        if (lines.Count > 0) _hunks.Add(new DiffHunk(hunk.OldStart, hunk.OldLines, hunk.NewStart, hunk.NewLines, SectionOf(hunk), lines));
    }

    private void Keep(List<DiffLine> lines, in NativeLine line, ReadOnlySpan<byte> content)
    {
        var hasNewline = content.EndsWith((byte)'\n');
        if (hasNewline) content = content[..^1];
        var raw = text.RawOf(content);
        var decoded = text.Decode(content);
        if (!budget.TryTake(raw is null ? content.Length : raw.Length + Encoding.UTF8.GetByteCount(decoded)))
        {
            IsTruncated = true;
            return;
        }

        var kind = line.Origin switch { Added => DiffLineKind.Added, Deleted => DiffLineKind.Deleted, _ => DiffLineKind.Context };
        lines.Add(new DiffLine(
            kind, Math.Max(line.OldNumber, 0), Math.Max(line.NewNumber, 0), decoded, raw, !hasNewline));
    }

    /// <summary>A header is <c>@@ -1,2 +3,4 @@ section LF</c>.</summary>
    private string SectionOf(in NativeHunk hunk)
    {
        fixed (byte* header = hunk.Header)
        {
            var line = new ReadOnlySpan<byte>(header, (int)hunk.HeaderLength);
            var end = line[2..].IndexOf("@@"u8);
            return end < 0 ? "" : text.Decode(line[(end + 4)..].Trim(" \n"u8));
        }
    }
}
