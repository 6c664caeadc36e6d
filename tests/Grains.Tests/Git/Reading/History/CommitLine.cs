using Granary.Grains.Git.Reading;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Tests.Git.Reading.History;

/// <summary>Commits one on the other.</summary>
internal sealed class CommitLine : IDisposable
{
    private readonly TestRepository _repository = new();
    private readonly ObjectSource _objects;

    public CommitLine(int count)
    {
        Commits = _repository.Commits(count);
        _objects = new ObjectSource(_repository.Paths.Objects);
        Handle = new ReadHandle(_repository.Id, _repository.Paths, _objects);
    }

    /// <summary>The oldest first.</summary>
    public ObjectId[] Commits { get; }

    public ReadHandle Handle { get; }

    public CommitNodes Open(int maxLoaded = int.MaxValue) => new(Handle, maxLoaded);

    public void Dispose()
    {
        _objects.Dispose();
        _repository.Dispose();
    }
}
