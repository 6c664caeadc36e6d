using Granary.Git;
using Granary.Grains.Git;
using Granary.Grains.Git.Journal;
using Granary.Grains.Posix;
using Granary.Repositories;
using Granary.Repositories.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Repositories.Watching;

/// <summary>Opens watches: the journal is on the volume of every silo, so no grain is asked.</summary>
internal sealed class RepositoryWatcher(
    RepositoryLayout layout, [FromKeyedServices(BlockingWork.Background)] BlockingWork files, IOptions<WatchOptions> options, TimeProvider time)
    : IRepositoryWatcher
{
    private readonly WatchPlaces _places = new(options.Value);

    public async Task<Outcome<IRepositoryWatch>> OpenAsync(
        RepositoryId repository, long? after, Requester requester, CancellationToken cancellationToken)
    {
        if (_places.TryEnter(requester) is { } refusal) return refusal;
        var journal = new JournalReader(layout.Of(repository).Journal);
        try
        {
            var (first, last) = await files.RunAsync(() => (journal.FirstSequence, journal.Read(long.MaxValue - 1, 1).Last)).WaitAsync(cancellationToken);
            if (after is { } known && Check(known, first, last) is { } fault)
            {
                _places.Leave(requester);
                return fault;
            }

            return new RepositoryWatch(repository, journal, after ?? last, files, options.Value, time, () => _places.Leave(requester));
        }
        catch
        {
            _places.Leave(requester);
            throw;
        }
    }

    private static Refusal? Check(long after, long first, long last)
    {
        if (after < first - 1)
        {
            return new Refusal(
                RefusalKind.FailedPrecondition,
                $"The journal does not go back so far: it begins after {first - 1}. Read the refs, and watch from the sequence that the watch begins with.");
        }

        return after <= last
            ? null
            : new Refusal(RefusalKind.FailedPrecondition, $"The journal has come to {last} only: {after} is of another repository, or was not told by this server.");
    }
}
