using Granary.Grains.Git;
using Granary.Grains.Git.Processes;
using Granary.Grains.Hooks.Commits.Messages;
using Granary.Grains.Hooks.Commits.Reading;
using Granary.Grains.Hooks.Commits.Storage;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Commits.Scheduling;

/// <summary>
/// Registers what pushes brought to one repository. The register is its own cursor: a batch is durable when the next one begins, and
/// whoever begins anew passes over what is there, whatever ended the one before.
/// </summary>
internal sealed class RegistrationRun(CommitFile file, GitCommand git, RepositoryLayout layout, IOptions<CommitOptions> options, TimeProvider time)
{
    /// <summary>Refs of one run; pushes are not split.</summary>
    private const int MaxRefs = 10_000;

    /// <summary>Of the tips that stop a walk: with those left out it lists more, none of which is registered again.</summary>
    private const int MaxTips = 1000;

    private readonly CommitOptions _options = options.Value;
    private readonly NewCommits _walk = new(git);
    private readonly CommitReader _reader = new(git);

    /// <summary>Does one run, or a part of a long one; what is left of that is due at once, what was pushed meanwhile after a while.</summary>
    public async Task RunAsync(RegistrationClaim claim, RepositoryInfo repository, CancellationToken cancellationToken)
    {
        var id = claim.Repository;
        await using var lease = new Lease(file, claim, _options.LeaseTime, time);
        using var limit = new CancellationTokenSource(_options.MaxRunTime, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lease.Lost, limit.Token, cancellationToken);
        try
        {
            var until = await file.ReadAsync(session => session.Wanted.ReadUntil(id, MaxRefs));
            var isWhole = until is null || await WalkAsync(lease, repository, until.Value, end.Token);
            await lease.WriteAsync(session =>
            {
                if (until is { } done && isWhole) session.Wanted.Complete(id, done);
                session.Registrations.End(claim, session.Wanted.Any(id) ? time.GetUtcNow() + (isWhole ? _options.Delay : TimeSpan.Zero) : null);
            });
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            // The repository went, or another one is at it.
        }
    }

    /// <summary>False: the time of one part is over.</summary>
    private async Task<bool> WalkAsync(Lease lease, RepositoryInfo repository, long until, CancellationToken cancellationToken)
    {
        var (id, paths) = (repository.Id, layout.Of(repository.Id));
        var scanner = new IssueScanner(repository.Project);
        var (from, known) = await file.ReadAsync(session => (session.Wanted.ReadIds(id, until), session.Wanted.ReadTips(id, until, MaxTips)));
        if (from.Count == 0) return true;
        var begun = time.GetTimestamp();
        await foreach (var batch in _walk.ListAsync(paths, from, known, _options.BatchSize, cancellationToken))
        {
            var found = await file.ReadAsync(session => session.Commits.FindNew(id, batch));
            if (found.Count == 0) continue;
            var commits = (await _reader.ReadAsync(paths, found, cancellationToken)).Select(read => Prepare(scanner, read.Id, read.Commit)).ToList();
            var added = 0;
            await lease.WriteAsync(session => added = commits.Count(commit => session.Commits.Add(id, repository.Project, commit)));
            cancellationToken.ThrowIfCancellationRequested();
            CommitInstruments.Registered.Add(added);
            if (time.GetElapsedTime(begun) > _options.SliceTime) return false;
        }

        return true;
    }

    private NewCommit Prepare(IssueScanner scanner, ObjectId id, CommitObject commit) =>
        new(id, commit, CommitObject.Cut(commit.Message, _options.MaxMessageLength), scanner.Scan(commit.Message));
}
