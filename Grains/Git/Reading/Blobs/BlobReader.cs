using Granary.Git.Reading;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Blobs;

/// <inheritdoc cref="IBlobReader"/>
internal sealed class BlobReader(IRevisions revisions, ReaderPool readers, BlobMemory memory, IOptions<ReadingOptions> options) : IBlobReader
{
    private readonly long _maxSize = options.Value.MaxBlobSize;

    public async Task<Outcome<BlobContent>> OpenAsync(
        RepositoryId repository, string revision, GitPath path, CancellationToken cancellationToken)
    {
        if (path.IsRoot) return new Refusal(RefusalKind.InvalidArgument, "Which file? The path is empty.");
        var resolved = await revisions.ResolveAsync(repository, revision, cancellationToken);
        if (resolved.Value is not { } found) return resolved.Refusal!;
        return await readers.ReadAsync<Outcome<BlobContent>>(
            ReadKind.Blob,
            repository,
            (handle, _) =>
            {
                if (handle.Peel(found.Id, ObjectKind.Tree) is not { } root) return new Refusal(RefusalKind.NotFound, $"'{revision}' names no commit.");
                if (TreePath.Find(handle, root, path.Bytes.Span) is not { } entry)
                    return new Refusal(RefusalKind.NotFound, $"There is no '{path.Text}' in '{revision}'.");
                return entry.Kind switch
                {
                    TreeEntryKind.Tree => new Refusal(RefusalKind.FailedPrecondition, $"'{path.Text}' is a folder."),
                    TreeEntryKind.Submodule => new Refusal(
                        RefusalKind.FailedPrecondition, $"'{path.Text}' is a submodule at {entry.Id}, whose content is in another repository."),
                    _ => Read(handle, entry.Id, entry.Mode),
                };
            },
            cancellationToken);
    }

    public Task<Outcome<BlobContent>> OpenAsync(RepositoryId repository, ObjectId id, CancellationToken cancellationToken) =>
        readers.ReadAsync(ReadKind.Blob, repository, (handle, _) => Read(handle, id, 0), cancellationToken);

    private Outcome<BlobContent> Read(ReadHandle handle, ObjectId id, int mode)
    {
        if (handle.Objects.TryReadHeader(id) is not { Kind: ObjectKind.Blob } header)
            return new Refusal(RefusalKind.NotFound, $"There is no file with the id {id}.");
        if (header.Size > _maxSize)
        {
            return new Refusal(
                RefusalKind.ResourceExhausted, $"The file has {header.Size} bytes, and {_maxSize} are the most that are read here; clone the repository to get it.");
        }

        var share = memory.Hold(header.Size);
        try
        {
            var raw = handle.Objects.Read(id);
            var info = new BlobInfo(id, header.Size, mode, EncodingGuess.IsBinary(raw.Data), EncodingGuess.Of(raw.Data));
            return new HeldBlob(info, raw, share);
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    private sealed class HeldBlob(BlobInfo info, RawObject raw, IDisposable share) : BlobContent(info)
    {
        public override ReadOnlySpan<byte> Bytes => raw.Data;

        protected override void Dispose(bool disposing)
        {
            if (!disposing) return;
            raw.Dispose();
            share.Dispose();
        }
    }
}
