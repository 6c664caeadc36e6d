using System.IO.Pipelines;
using Granary.Git.Committing;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Posix;
using Granary.Repositories;

namespace Granary.Grains.Git.Committing;

/// <inheritdoc cref="ITagDrafts"/>
internal sealed class TagDrafts(RepositoryLayout layout, BlockingWork threads) : ITagDrafts
{
    public async Task<ITagDraft> MakeAsync(RepositoryId repository, NewTag tag)
    {
        var folder = layout.Of(repository).Quarantines;
        return await threads.RunAsync(() =>
        {
            var body = new PackBody(SpoolFile.Create(folder));
            try
            {
                return new TagDraft(body.Add(ObjectKind.Tag, CommitFormat.ToBytes(tag)), body);
            }
            catch
            {
                body.Dispose();
                throw;
            }
        }).ConfigureAwait(false);
    }

    private sealed class TagDraft(ObjectId id, PackBody body) : ITagDraft
    {
        private readonly PackFlow _pack = new(body);

        public ObjectId Id { get; } = id;

        public PipeReader OpenPack() => _pack.Open();

        public async ValueTask DisposeAsync()
        {
            await _pack.DisposeAsync().ConfigureAwait(false);
            body.Dispose();
        }
    }
}
