using Granary.Grains.Git.Reading.Native;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>Hands lines on to what a file was in a parent, by comparing the two line by line.</summary>
internal sealed class LineHandover(ObjectSource objects, FileForms forms, bool ignoresWhitespace, int maxFileSize)
{
    /// <summary>Takes from a file the lines that a parent has as well.</summary>
    /// <returns>These, by where they are in the parent; null: the parent's file is too large to tell.</returns>
    public List<LineSpan>? TryHandOver(BlameOrigin origin, BlameOrigin parent)
    {
        if (objects.ReadHeader(parent.File.Id).Size > maxFileSize) return null;
        var (now, old) = (forms.Load(origin.File.Id), forms.Load(parent.File.Id));
        var (older, rest) = (new List<LineSpan>(), new List<LineSpan>());
        LineSpans.Split(origin.Spans, LineChange.Between(old.Data, now.Data, ignoresWhitespace), older, rest);
        origin.Spans = rest;
        return older;
    }
}
