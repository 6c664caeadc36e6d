using Granary.Git.Reading;
using Granary.Git.Reading.Blame;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Blame;

/// <inheritdoc cref="IBlameReader"/>
internal sealed class BlameReader(
    IRevisions revisions, ReaderPool readers, BlobMemory memory, IOptions<BlameOptions> options, IOptions<DiffLimits> limits, TimeProvider time) : IBlameReader
{
    private readonly BlameOptions _options = options.Value;

    public async Task<Outcome<OpenBlame>> OpenAsync(RepositoryId repository, BlameQuery query, CancellationToken cancellationToken)
    {
        if (query.Path.IsRoot) return new Refusal(RefusalKind.InvalidArgument, "Which file? The path is empty.");
        var resolved = await revisions.ResolveAsync(repository, query.Revision, cancellationToken);
        if (resolved.Value is not { } revision) return resolved.Refusal!;
        var opened = await readers.ReadAsync(ReadKind.Blame, repository, (handle, _) => Open(handle, revision.Id, query), cancellationToken);
        if (opened.Value is not { } file) return opened.Refusal!;
        var first = Math.Max(query.FirstLine, 1);
        if (first > Math.Max(file.LineCount, 1))
            return new Refusal(RefusalKind.InvalidArgument, $"'{query.Path.Text}' has only {file.LineCount} lines.");
        var last = query.LastLine == 0 ? file.LineCount : Math.Min(query.LastLine, file.LineCount);
        var lines = new LineSpan(first - 1, first - 1, last - first + 1);
        return new OpenBlame(
            file,
            readers.StreamAsync(ReadKind.Blame, repository, (handle, token) => Search(handle).Run(file, lines, query.IgnoresWhitespace, token), cancellationToken));
    }

    private BlameSearch Search(ReadHandle handle) => new(handle, memory, _options, limits.Value, time);

    private Outcome<BlamedFile> Open(ReadHandle handle, ObjectId id, BlameQuery query)
    {
        var path = query.Path;
        if (handle.Peel(id, ObjectKind.Commit) is not { } commit) return CommitReader.NoCommit(query.Revision);
        if (TreePath.Find(handle, CommitLinks.TreeOf(handle.Objects, commit), path.Bytes.Span) is not { } entry)
            return new Refusal(RefusalKind.NotFound, $"There is no '{path.Text}' in '{query.Revision}'.");
        if (entry.Kind is TreeEntryKind.Tree or TreeEntryKind.Submodule)
            return new Refusal(RefusalKind.FailedPrecondition, $"'{path.Text}' is a {(entry.Kind == TreeEntryKind.Tree ? "folder" : "submodule")}, which has no lines.");
        var size = handle.Objects.ReadHeader(entry.Id).Size;
        if (size > _options.MaxFileSize)
            return TooLarge($"has {size} bytes, and {_options.MaxFileSize}");
        using var share = memory.Hold(size);
        using var raw = handle.Objects.Read(entry.Id);
        var lines = raw.Data.Count((byte)'\n') + (raw.Data.IsEmpty || raw.Data[^1] == '\n' ? 0 : 1);
        return lines > _options.MaxLines
            ? TooLarge($"has {lines} lines, and {_options.MaxLines}")
            : new BlamedFile(commit, path, entry.Id, entry.Mode, lines);

        Refusal TooLarge(string much) =>
            new(RefusalKind.ResourceExhausted, $"The file {much} are the most whose origin is looked for here; clone the repository to ask git.");
    }
}
