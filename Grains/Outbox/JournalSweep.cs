using Granary.Grains.Git;
using Granary.Grains.Git.Journal;
using Granary.Grains.Posix;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Outbox;

/// <summary>Prunes journals by age where no push comes that would have it done. For the nightly look at every repository.</summary>
internal sealed class JournalSweep(IEnumerable<JobKind> kinds, IOptions<OutboxOptions> options, TimeProvider time)
{
    private readonly IReadOnlyList<JobKind> _kinds = [.. kinds];

    /// <summary>Removes what is delivered and old; no more than a look at the folder when nothing is old. Not while a push has the lock.</summary>
    public void Prune(RepositoryPaths paths)
    {
        var limit = (time.GetUtcNow() - options.Value.JournalAge).UtcDateTime;
        var journal = new JournalReader(paths.Journal);
        if (_kinds.Count == 0 || !JournalPruning.HasOld(journal, limit)) return;
        using var held = FileLock.TryTake(paths.Lock, TimeSpan.Zero);
        if (held is not null) JournalPruning.Prune(journal, DeliveredFile.Read(paths, _kinds).Values.Min(), limit);
    }
}
