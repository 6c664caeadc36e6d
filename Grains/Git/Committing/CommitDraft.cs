using System.IO.Pipelines;
using Granary.Git.Committing;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Posix;
using Granary.Repositories;

namespace Granary.Grains.Git.Committing;

/// <summary>See <see cref="ICommitDraft"/>.</summary>
internal sealed class CommitDraft(
    ObjectSource objects, DraftFiles files, ObjectId? parent, ObjectId? root, long maxFileSize, CommitDraftOptions options, BlockingWork threads,
    Action closed) : ICommitDraft
{
    private readonly Lazy<TreeEditor> _tree = new(() => new TreeEditor(objects, root));
    private readonly PackFlow _pack = new(files.Pack);
    private long _size;
    private int _edits;
    private bool _isDisposed;

    public async Task<Outcome> ApplyAsync(FileEdit edit, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        if (++_edits > options.MaxChanges)
            return new Refusal(RefusalKind.ResourceExhausted, $"A commit may have at most {options.MaxChanges} changes.");
        var length = 0L;
        if (edit.HasContent)
        {
            var spool = files.Content;
            await foreach (var chunk in content.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                length += chunk.Length;
                if (length > maxFileSize)
                    return new Refusal(RefusalKind.ResourceExhausted, $"'{edit.Path}' is larger than the limit of {maxFileSize} bytes per file.");
                if ((_size += chunk.Length) > options.MaxSize)
                    return new Refusal(RefusalKind.ResourceExhausted, $"A commit may have at most {options.MaxSize} bytes of content.");
                await spool.WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
            }

            await spool.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return await threads.RunAsync<Outcome>(() => Apply(edit, length) is { } refusal ? refusal : Outcome.Done).ConfigureAwait(false);
    }

    public Task<Outcome<DraftedCommit>> CompleteAsync(CommitText text, bool allowEmpty, CancellationToken cancellationToken) =>
        threads.RunAsync<Outcome<DraftedCommit>>(() =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tree = _tree.Value.Write(files.Pack);
            if (tree == root && !allowEmpty)
                return new Refusal(RefusalKind.FailedPrecondition, "Nothing would be changed: the files are like this already.");
            return new DraftedCommit(files.Pack.Add(ObjectKind.Commit, CommitFormat.ToBytes(tree, parent, text)), tree);
        });

    public PipeReader OpenPack() => _pack.Open();

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await _pack.DisposeAsync().ConfigureAwait(false);
        files.Dispose();
        objects.Dispose();
        closed();
    }

    private Refusal? Apply(FileEdit edit, long length)
    {
        var tree = _tree.Value;
        var source = edit.PreviousPath ?? edit.Path;
        var item = tree.Find(source);
        if (EditChecks.FindFault(edit, item, tree) is { } fault) return fault;
        if (edit.Action == EditAction.Delete)
        {
            tree.Remove(edit.Path);
            return null;
        }

        if (edit.Action == EditAction.Move) tree.Remove(source);
        if (item is { IsFolder: true }) return tree.Put(edit.Path, item);
        var id = edit.HasContent ? files.Pack.Add(ObjectKind.Blob, files.Content, length) : item!.Id;
        return tree.Put(edit.Path, new TreeItem(EditChecks.ModeOf(edit.Kind, item), id));
    }
}
