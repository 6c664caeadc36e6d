using Granary.Grains.Git;
using Granary.Grains.Git.Journal;
using Granary.Grains.Git.Refs;
using Granary.Grains.Posix;
using Granary.Repositories;

namespace Granary.Grains.Outbox;

/// <summary>
/// Carries the events of one repository from its journal to the queues, in order. It may die anywhere, and two may work at
/// once: an event comes at least once, and what comes again carries the same id. One caller at a time.
/// </summary>
internal sealed class RepositoryOutbox(
    RepositoryId id, RepositoryPaths paths, IReadOnlyList<JobKind> kinds, IEventPublisher publisher, RefTransaction transaction,
    ForcedUpdates forced, BlockingWork files, OutboxOptions options, TimeProvider time)
{
    /// <summary>An intent that is open for longer was left by a dead writer.</summary>
    private static readonly TimeSpan OpenIntentAge = TimeSpan.FromSeconds(2);

    /// <summary>One a kind: a kind whose queue takes nothing stays where it is, the others go on.</summary>
    private readonly IReadOnlyList<JournalReader> _journals = [.. kinds.Select(_ => new JournalReader(paths.Journal))];

    private Dictionary<string, long>? _delivered;

    /// <summary>For tests, which let it die there.</summary>
    internal Action<OutboxStep>? Reached { get; init; }

    /// <summary>Publishes up to a batch, and says what is left.</summary>
    public async Task<OutboxResult> DrainAsync()
    {
        var tails = await files.RunAsync(Read);
        if (tails.FirstOrDefault(static t => t.Committed.Count == 0)?.Open is { } open)
        {
            // A push under way closes it itself and tells.
            var isYoung = time.GetUtcNow() - open.Time < OpenIntentAge;
            if (isYoung && tails.All(static t => t.Committed.Count == 0)) return new OutboxResult(1, open.Time, null, HasMore: false, IsOpen: true);
            if (!isYoung) tails = await files.RunAsync(Resolve);
        }

        Reached?.Invoke(OutboxStep.Read);
        var events = await ReadEventsAsync(tails);
        var results = await Task.WhenAll(kinds.Select((kind, i) => PublishAsync(kind, tails[i], events)));
        Reached?.Invoke(OutboxStep.Published);
        if (results.Any(static r => r.Moved))
        {
            await files.RunAsync(() =>
            {
                DeliveredFile.Write(paths, _delivered!);
                return true;
            });
            Reached?.Invoke(OutboxStep.CursorWritten);
        }

        return new OutboxResult(
            kinds.Select((kind, i) => tails[i].End - _delivered![kind.Name]).Max(),
            kinds.Select((kind, i) => tails[i].Committed.FirstOrDefault(r => r.Sequence > _delivered![kind.Name])?.Time).Min(),
            results.FirstOrDefault(static r => r.Fault is not null).Fault,
            HasMore: tails.Zip(results).Any(static t => t.First.HasMore && t.Second.Moved),
            IsOpen: tails.Any(static t => t.Open is not null));
    }

    /// <summary>
    /// Removes the marker if nothing is left to deliver, and what is old of the journal. Under the repository's lock, under
    /// which a push makes the marker before its intent: no event can come in between. False: not just now.
    /// </summary>
    public Task<bool> SettleAsync() => files.RunAsync(() =>
    {
        using var held = FileLock.TryTake(paths.Lock, TimeSpan.Zero);
        if (held is null) return false;

        // From the file: another outbox may have written an earlier position than this one remembers.
        _delivered = null;
        if (Read().Any(static t => t.Open is not null || t.Committed.Count > 0 || t.HasMore)) return false;
        JournalPruning.Prune(_journals[0], _delivered!.Values.Min(), (time.GetUtcNow() - options.JournalAge).UtcDateTime);
        File.Delete(paths.PendingMarker);
        Reached?.Invoke(OutboxStep.MarkerRemoved);
        return true;
    });

    /// <summary>What each kind has yet to get.</summary>
    private IReadOnlyList<JournalTail> Read()
    {
        if (_delivered is null)
        {
            if (!Directory.Exists(paths.Own)) return RemovedRepository();
            _delivered = DeliveredFile.Read(paths, kinds);
        }

        return [.. kinds.Zip(_journals, (kind, journal) => journal.Read(_delivered[kind.Name], options.MaxBatch))];
    }

    /// <summary>A marker outlived its repository.</summary>
    private IReadOnlyList<JournalTail> RemovedRepository()
    {
        _delivered = kinds.ToDictionary(static k => k.Name, static _ => 0L);
        return [.. kinds.Select(static _ => new JournalTail([], null, 0, HasMore: false, 0))];
    }

    /// <summary>Takes the lock and lets the comparison with the refs decide what became of the open intent.</summary>
    private IReadOnlyList<JournalTail> Resolve()
    {
        transaction.Recover();
        return Read();
    }

    /// <summary>Each event once, however many kinds it is for.</summary>
    private async Task<Dictionary<long, PushEvent>> ReadEventsAsync(IReadOnlyList<JournalTail> tails)
    {
        var events = new Dictionary<long, PushEvent>();
        foreach (var record in tails.SelectMany(static t => t.Committed))
        {
            if (!events.ContainsKey(record.Sequence)) events.Add(record.Sequence, await JournalEvents.ToEventAsync(id, record, forced));
        }

        return events;
    }

    private async Task<(bool Moved, Exception? Fault)> PublishAsync(JobKind kind, JournalTail tail, Dictionary<long, PushEvent> all)
    {
        var from = _delivered![kind.Name];
        var events = tail.Committed.Select(r => all[r.Sequence]).ToList();
        var to = tail.HasMore ? tail.Committed[^1].Sequence : tail.Last;
        if (to <= from || publisher.IsPaused(kind)) return (false, null);
        try
        {
            if (events.Count > 0) await publisher.PublishAsync(kind, id, events);
        }
#pragma warning disable CA1031 // Whatever the queue's reason: it is logged, counted and tried again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return (false, fault);
        }

        OutboxInstruments.Published.Add(events.Count, new KeyValuePair<string, object?>("kind", kind.Name));
        _delivered[kind.Name] = to;
        return (true, null);
    }
}

/// <summary>Where a drain has got to.</summary>
internal enum OutboxStep
{
    Read = 0,
    Published = 1,
    CursorWritten = 2,
    MarkerRemoved = 3,
}

/// <param name="Undelivered">About how many events some kind has yet to get.</param>
/// <param name="Oldest">When the first of them happened.</param>
/// <param name="Fault">Why a kind's queue did not take them.</param>
/// <param name="HasMore">There is more in the journal for a kind that took what it was given: drain again.</param>
/// <param name="IsOpen">A push has not been decided yet: look again soon.</param>
internal sealed record OutboxResult(long Undelivered, DateTimeOffset? Oldest, Exception? Fault, bool HasMore, bool IsOpen)
{
    public bool IsAllDelivered => Undelivered == 0 && !HasMore && !IsOpen;
}
