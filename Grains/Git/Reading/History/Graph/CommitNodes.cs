using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.History.Graph;

/// <summary>The commits of one walk: from the commit-graph those that are in it, the others from their objects.</summary>
/// <param name="handle">Of the repository.</param>
/// <param name="maxLoaded">The most commits that may be loaded.</param>
/// <param name="maxMessage">When above 0, commits that are read from objects keep their content with so much of the message.</param>
internal sealed class CommitNodes(ReadHandle handle, int maxLoaded, int maxMessage = 0) : IDisposable
{
    private readonly CommitGraphFile? _graph = CommitGraphFile.TryOpen(Path.Combine(handle.Paths.Objects, "info", "commit-graph"));
    private readonly Dictionary<int, CommitNode> _byPlace = [];
    private readonly Dictionary<ObjectId, CommitNode> _byId = [];
    private readonly List<int> _places = [];
    private int _loaded;

    public ReadHandle Handle { get; } = handle;

    /// <summary>The node of a commit, with what stands in it.</summary>
    /// <exception cref="MissingObjectException">There is no such commit.</exception>
    /// <exception cref="HistoryTooLongException">One more may not be loaded.</exception>
    public CommitNode Load(ObjectId id) => Load(Get(id));

    /// <inheritdoc cref="Load(ObjectId)"/>
    public CommitNode Load(CommitNode node)
    {
        if (node.IsLoaded) return node;
        if (++_loaded > maxLoaded) throw new HistoryTooLongException(maxLoaded);
        if (node.Place >= 0) LoadFromGraph(node, _graph!);
        else LoadFromObject(node);
        node.IsLoaded = true;
        return node;
    }

    /// <summary>Whether a commit may have something else at a path than its first parent; false only when the commit-graph is certain.</summary>
    public bool MayHaveChanged(CommitNode node, PathHash path) => node.Place < 0 || _graph!.MayHaveChanged(node.Place, path);

    public void Dispose() => _graph?.Dispose();

    private CommitNode Get(ObjectId id)
    {
        var place = _graph?.Find(id) ?? -1;
        if (place >= 0) return At(place, id);
        if (!_byId.TryGetValue(id, out var node)) _byId.Add(id, node = new CommitNode(id, -1));
        return node;
    }

    private CommitNode At(int place, ObjectId? id = null)
    {
        if (!_byPlace.TryGetValue(place, out var node)) _byPlace.Add(place, node = new CommitNode(id ?? _graph!.IdAt(place), place));
        return node;
    }

    private void LoadFromGraph(CommitNode node, CommitGraphFile graph)
    {
        node.Tree = graph.TreeAt(node.Place);
        node.Time = graph.TimeAt(node.Place);
        node.Generation = graph.GenerationAt(node.Place) is > 0 and var generation ? generation : CommitNode.NoGeneration;
        _places.Clear();
        graph.AddParents(node.Place, _places);
        node.Parents = new CommitNode[_places.Count];
        for (var i = 0; i < _places.Count; i++) node.Parents[i] = At(_places[i]);
    }

    private void LoadFromObject(CommitNode node)
    {
        using var raw = Handle.Read(node.Id, ObjectKind.Commit);
        IReadOnlyList<ObjectId> parents;
        if (maxMessage > 0)
        {
            var content = CommitParser.Parse(node.Id, raw.Data, maxMessage);
            (node.Content, node.Tree, node.Time, parents) = (content, content.Tree, content.Committer.Seconds, content.Parents);
        }
        else
        {
            (node.Tree, parents) = ObjectLinks.OfCommit(raw.Data);
            node.Time = CommitParser.TimeOf(raw.Data);
        }

        node.Parents = new CommitNode[parents.Count];
        for (var i = 0; i < parents.Count; i++) node.Parents[i] = Get(parents[i]);
    }
}
