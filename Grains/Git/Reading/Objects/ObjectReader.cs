using Granary.Git.Reading;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Objects;

/// <inheritdoc cref="IObjectReader"/>
internal sealed class ObjectReader(IRevisions revisions, ReaderPool readers, BlobMemory memory, IOptions<ReadingOptions> options) : IObjectReader
{
    private readonly long _maxSize = options.Value.MaxBlobSize;

    public async Task<Outcome<ObjectContent>> OpenAsync(
        RepositoryId repository, string revision, GitPath? path, long maxSize, CancellationToken cancellationToken)
    {
        var resolved = await revisions.ResolveAsync(repository, revision, cancellationToken);
        if (resolved.Value is not { } found) return resolved.Refusal!;
        return await readers.ReadAsync(
            ReadKind.Objects, repository, (handle, _) => Read(handle, found.Id, revision, path, Math.Min(maxSize, _maxSize)), cancellationToken);
    }

    private Outcome<ObjectContent> Read(ReadHandle handle, ObjectId id, string revision, GitPath? path, long maxSize)
    {
        try
        {
            if (path is null) return Read(handle, id, maxSize);
            if (handle.Peel(id, ObjectKind.Tree) is not { } root) return new Refusal(RefusalKind.NotFound, $"'{revision}' names no commit.");
            if (TreePath.Find(handle, root, path.Bytes.Span) is not { } entry)
                return new Refusal(RefusalKind.NotFound, $"There is no '{path.Text}' in '{revision}'.");
            return entry.Kind == TreeEntryKind.Submodule
                ? new Refusal(RefusalKind.NotFound, $"'{path.Text}' is a submodule at {entry.Id}, whose content is in another repository.")
                : Read(handle, entry.Id, maxSize);
        }
        catch (MissingObjectException missing)
        {
            // Nothing refers to it, and housekeeping removed it since its header was read.
            return Nothing(missing.Id);
        }
    }

    private Outcome<ObjectContent> Read(ReadHandle handle, ObjectId id, long maxSize)
    {
        if (handle.Objects.TryReadHeader(id) is not { } header) return Nothing(id);
        var info = new ObjectInfo(id, (GitObjectKind)header.Kind, header.Size, header.Size > _maxSize);
        if (header.Size > maxSize) return new HeldObject(info, null, null);
        var share = memory.Hold(header.Size);
        try
        {
            return new HeldObject(info, handle.Objects.Read(id), share);
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    private static Refusal Nothing(ObjectId id) => new(RefusalKind.NotFound, $"There is no object {id}.");

    private sealed class HeldObject(ObjectInfo info, RawObject? raw, IDisposable? share) : ObjectContent(info)
    {
        public override bool IsRead => raw is not null;

        public override ReadOnlySpan<byte> Bytes => raw is null ? default : raw.Data;

        protected override void Dispose(bool disposing)
        {
            if (!disposing) return;
            raw?.Dispose();
            share?.Dispose();
        }
    }
}
