using System.Text.RegularExpressions;
using Granary.Git.Reading;
using Granary.Git.Reading.Search;
using Granary.Grains.Git.Reading.Search.Paths;
using Granary.Grains.Git.Reading.Search.Patterns;
using Granary.Grains.Git.Reading.Trees;

namespace Granary.Grains.Git.Reading.Search;

/// <summary>One search, from the first file to the summary.</summary>
internal sealed class SearchRun(
    ReadHandle handle, SearchQuery query, LinePattern pattern, SearchLimits limits, int maxEntries, BlobMemory memory, TimeProvider time)
{
    /// <summary>Entries of folders from one look at the clock to the next.</summary>
    private const int EntriesAtOnce = 32;

    private readonly KnownBlobs _known = new();
    private readonly int _maxLines = Least(query.MaxLines, limits.MaxLines);
    private readonly SearchScope _scope = new(query.ContextLines, Least(query.MaxLinesPerFile, limits.MaxLinesPerFile), limits.MaxBytesPerFile, limits.MaxLineLength);
    private SearchSummary _summary = new();
    private TimeSpan _spent;
    private long _turn;
    private int _lookedAt;

    /// <param name="start">The file or folder of the query.</param>
    /// <param name="cancellationToken">Looked at between files and in large ones.</param>
    /// <returns>Null between two parts: it has gone on, and nothing was found yet.</returns>
    public IEnumerable<SearchPart?> Run(FoundEntry start, CancellationToken cancellationToken)
    {
        using var steps = Steps(start, cancellationToken).GetEnumerator();
        while (true)
        {
            _turn = time.GetTimestamp();
            if (!steps.MoveNext()) break;
            _spent += time.GetElapsedTime(_turn);
            yield return steps.Current;
        }

        yield return _summary;
    }

    private static int Least(int? wish, int limit) => Math.Min(wish ?? limit, limit);

    private IEnumerable<SearchPart?> Steps(FoundEntry start, CancellationToken cancellationToken)
    {
        var (walk, entries) = (new FileWalk(handle, new PathFilter(query.Globs, query.ExcludedGlobs), maxEntries), 0);
        foreach (var file in walk.Run(query.Path, start))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++entries % EntriesAtOnce == 0) yield return null;
            if (IsOver(file is not null)) yield break;
            if (file is null) continue;
            if (!_known.TryGet(file.Id, out var finding))
            {
                var size = handle.Objects.ReadHeader(file.Id).Size;
                if (IsOver(size)) yield break;
                finding = new BlobFinding(BlobState.TooLarge);
                if (size <= limits.MaxFileSize)
                {
                    _summary = _summary with { Bytes = _summary.Bytes + size };
                    using var search = new BlobSearch(handle.Objects, file.Id, size, memory, pattern, _scope);
                    while (TryStep(search))
                    {
                        yield return null;
                        cancellationToken.ThrowIfCancellationRequested();
                    }

                    if (_summary.Limit != SearchLimit.None) yield break;
                    finding = new BlobFinding(search.IsBinary ? BlobState.Binary : BlobState.Searched, search.Found);
                }

                _known.Add(file.Id, finding);
            }

            Count(finding);
            if (finding.Lines is { } lines) yield return Show(file, lines);
        }

        if (walk.IsCut) _summary = _summary with { Limit = SearchLimit.Files };
    }

    /// <returns>Whether a limit was reached before this entry.</returns>
    private bool IsOver(bool isFile)
    {
        if (_spent + time.GetElapsedTime(_turn) >= limits.MaxTime) _summary = _summary with { Limit = SearchLimit.Time };
        else if (isFile && _summary.MatchingLines >= _maxLines) _summary = _summary with { Limit = SearchLimit.Lines };
        else if (isFile && _lookedAt >= limits.MaxFiles) _summary = _summary with { Limit = SearchLimit.Files };
        return _summary.Limit != SearchLimit.None;
    }

    private bool IsOver(long size)
    {
        if (size <= limits.MaxFileSize && _summary.Bytes + size > limits.MaxBytes) _summary = _summary with { Limit = SearchLimit.Bytes };
        return _summary.Limit != SearchLimit.None;
    }

    private bool TryStep(BlobSearch search)
    {
        try
        {
            return search.Step() && !IsOver(isFile: false);
        }
        catch (RegexMatchTimeoutException)
        {
            _summary = _summary with { Limit = SearchLimit.Time };
            return false;
        }
    }

    private void Count(BlobFinding finding)
    {
        _lookedAt++;
        _summary = finding.State switch
        {
            BlobState.Binary => _summary with { BinaryFiles = _summary.BinaryFiles + 1 },
            BlobState.TooLarge => _summary with { LargeFiles = _summary.LargeFiles + 1 },
            _ => _summary with { Files = _summary.Files + 1 },
        };
    }

    private FileMatches Show(WalkedFile file, FoundLines lines)
    {
        lines = Beginning(lines, _maxLines - _summary.MatchingLines);
        _summary = _summary with { MatchingFiles = _summary.MatchingFiles + 1, MatchingLines = _summary.MatchingLines + lines.MatchingLines };
        return new FileMatches(GitPath.FromBytes(file.Path.Span), file.Mode, file.Id, lines);
    }

    /// <summary>As many lines that match as there is room for, with their context.</summary>
    private FoundLines Beginning(FoundLines found, int room)
    {
        if (found.MatchingLines <= room) return found;
        _summary = _summary with { Limit = SearchLimit.Lines };
        var last = found.Lines.Where(static line => !line.IsContext).ElementAt(room - 1).Number;
        var shown = found.Lines.TakeWhile(line => line.Number <= last || (line.IsContext && line.Number <= last + query.ContextLines)).ToList();
        return found with { Lines = shown, MatchingLines = room, IsTruncated = true };
    }
}
