using Granary.Grains.Hooks.Commits.Storage;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Commits.Scheduling;

/// <summary>Writes down what a push moved, to be walked later. An event that comes again leads to a walk that finds nothing new.</summary>
internal sealed class CommitIntake(CommitFile file, IRefCache refs, IOptions<CommitOptions> options, TimeProvider time)
{
    /// <exception cref="RepositoryUnavailableException">The repository cannot be read.</exception>
    public async Task TakeAsync(PushEvent pushed, CancellationToken cancellationToken)
    {
        // The first push that is heard of: what other refs have may have been pushed before anybody registered commits.
        var known = await file.ReadAsync(session => session.Registrations.Exists(pushed.Repository));
        var snapshot = known ? null : await refs.GetAsync(pushed.Repository, cancellationToken);
        await file.WriteAsync(session =>
        {
            foreach (var change in pushed.Changes) session.Wanted.Add(pushed.Repository, pushed.Sequence, change.Ref, change.New);
            for (var i = 0; i < snapshot?.Count; i++)
            {
                var entry = snapshot[i];
                if (ObjectId.TryParse(entry.Hex, out var id))
                    session.Wanted.Add(pushed.Repository, pushed.Sequence, System.Text.Encoding.UTF8.GetString(entry.Name), id);
            }

            session.Registrations.Ask(pushed.Repository, time.GetUtcNow() + options.Value.Delay);
        });
    }
}
