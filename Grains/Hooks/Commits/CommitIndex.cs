using Granary.Grains.Hooks.Commits.Reading;
using Granary.Grains.Hooks.Commits.Storage;
using Granary.Hooks.Commits;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Hooks.Commits;

/// <summary>The register as readers see it.</summary>
internal sealed class CommitIndex(CommitFile file, VisibleCommits visible, IRefCache refs, IGrainFactory grains) : ICommitIndex
{
    public async Task<CommitPage> ListAsync(RepositoryId repository, CommitQuery query, CancellationToken cancellationToken)
    {
        // What is due is asked first: an answer that says that nothing is under way has everything.
        var isRegistering = await file.ReadAsync(session => session.Registrations.IsDue(repository)).WaitAsync(cancellationToken);
        var rows = await file.ReadAsync(session => session.Lists.List(repository, query)).WaitAsync(cancellationToken);
        return await ShowAsync(rows, query.Size, isRegistering, cancellationToken);
    }

    public async Task<CommitPage> ListAsync(ProjectKey project, CommitQuery query, CancellationToken cancellationToken)
    {
        var issue = query.Issue ?? throw new ArgumentException("A query for a project names an issue.", nameof(query));
        var rows = await file.ReadAsync(session => session.Lists.List(project, issue, query)).WaitAsync(cancellationToken);
        return await ShowAsync(rows, query.Size, false, cancellationToken);
    }

    private async Task<CommitPage> ShowAsync(List<CommitRow> rows, int size, bool isRegistering, CancellationToken cancellationToken)
    {
        var more = rows.Count > size;
        if (more) rows.RemoveRange(size, rows.Count - size);
        var shown = new Dictionary<RepositoryId, (RepositoryName Name, IReadOnlySet<ObjectId>? Visible)>();
        foreach (var group in rows.GroupBy(static row => row.Repository))
        {
            var info = await grains.GetRepository(group.Key).GetInfoAsync(cancellationToken);
            if (info is not { DeletedAt: null }) continue;
            var snapshot = await refs.GetAsync(group.Key, cancellationToken);
            var hides = snapshot.HiddenRefs is { Count: > 0 };
            shown[group.Key] = (
                info.Name,
                hides ? await visible.FilterAsync(group.Key, snapshot, [.. group.Select(static row => row.Id)], cancellationToken) : null);
        }

        var commits = rows
            .Where(row => shown.TryGetValue(row.Repository, out var found) && found.Visible?.Contains(row.Id) != false)
            .Select(row => new RegisteredCommit(
                row.Repository, shown[row.Repository].Name, row.Id, row.Author, row.Committer, row.Message, row.IsCut, row.Issues));
        return new CommitPage([.. commits], more ? rows[^1].Place : null, isRegistering);
    }
}
