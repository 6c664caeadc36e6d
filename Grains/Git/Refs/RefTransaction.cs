using Granary.Grains.Git.Journal;
using Granary.Grains.Git.Packs;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Refs;

/// <summary>
/// Changes of a repository's files, each under its OS lock and durable when it returns. One object per activation; what it
/// remembers of the journal is checked against the file each time, because another activation may have written.
/// </summary>
internal sealed class RefTransaction(
    RefStore store, RepositoryPaths paths, IOptions<GitOptions> options, TimeProvider time, Func<RefVersion> nextVersion)
{
    private readonly RefJournal _journal = new(paths.Journal);
    private readonly GitOptions _options = options.Value;

    /// <summary>A push could not take the mark from its pack.</summary>
    private bool _hasMarks;

    /// <summary>
    /// Compares and swaps. Returns the refs afterwards (also when nothing was accepted, if the files had changed) and the answer.
    /// Blocks its thread.
    /// </summary>
    /// <exception cref="IOException">The volume failed after the refs moved: the next transaction finds out what holds.</exception>
    public RefTransactionResult Apply(RefSnapshot refs, PushRequest push, RefUpdateResult?[] refused, bool keepHead = false)
    {
        PackedRefsUpdate? update = null;
        try
        {
            using var held = FileLock.TryTake(paths.Lock, _options.LockPatience);
            return held is null ? Busy(refs, push) : ApplyLocked(refs, push, refused, keepHead, ref update);
        }
        catch (ForeignLockException) when (update is not { HasMoved: true })
        {
            return Busy(refs, push);
        }
        catch (Exception fault) when (update is not { HasMoved: true } && fault is IOException or UnauthorizedAccessException)
        {
            return new RefTransactionResult(refs, Refuse(push, RefUpdateStatus.NotAttempted, VolumeFaults.Of(fault).NothingChanged()), fault);
        }
    }

    private RefTransactionResult ApplyLocked(
        RefSnapshot refs, PushRequest push, RefUpdateResult?[] refused, bool keepHead, ref PackedRefsUpdate? update)
    {
        store.Observer.Reached(WriteStep.LockTaken);
        if (_hasMarks)
        {
            KeepFile.SweepPushes(paths);
            _hasMarks = false;
        }

        if (TryFold() is not { } stuck) return Busy(refs, push);
        refs = Current(refs);
        if (_journal.MayHave(push.PushId))
        {
            return new RefTransactionResult(
                refs, FindOutcome(push.PushId, push.Updates) ?? Refuse(push, RefUpdateStatus.LockFailure, "the push was given up; please push again"));
        }

        var results = Judge(refs, push, [.. refused.Select((r, i) => r ?? Stuck(push.Updates[i], stuck))]);
        var moved = push.Updates.Where((u, i) => results[i].Status == RefUpdateStatus.Ok && u.Old != u.New).ToList();
        if (moved.Count == 0) return new RefTransactionResult(refs, new PushOutcome(results, 0));

        // A loose ref that could not be folded hides its packed line from the snapshot; that line stays all the same.
        var lines = RefMerge.Apply(stuck.Count == 0 ? refs : RefStore.ReadPacked(paths, refs) ?? refs, moved);

        var intent = IntentOf(push, moved, results) with { Head = HeadOf(refs, push, moved) };

        // What takes space comes before the pack is moved: a push that finds the volume full leaves nothing behind.
        update = PackedRefsUpdate.Prepare(paths, lines, RefStore.PackedStamp(refs.Stamp), _options, store.Observer);
        using (update)
        {
            var written = Commit(update, push, intent, keepHead ? null : FirstBranch(refs, moved));
            refs = stuck.Count == 0 ? After(refs, lines, written) : Load();
        }

        return new RefTransactionResult(refs, new PushOutcome(results, _journal.LastSequence));
    }

    private FileStamp Commit(PackedRefsUpdate update, PushRequest push, JournalRecord intent, RefName? head)
    {
        MarkPending();
        store.Observer.Reached(WriteStep.PendingMarked);
        _journal.AppendIntent(intent);
        store.Observer.Reached(WriteStep.IntentWritten);
        IReadOnlyList<string> packs = [];
        try
        {
            if (push.HasQuarantine) packs = QuarantineFiles.TakeOver(paths, push.PushId, store.Observer);
            if (intent.Head?.New is { } renamed) HeadFile.Write(paths.Head, RefName.Parse(renamed));
            else if (head is { } first) HeadFile.Write(paths.Head, first);
            var written = update.Commit();
            TryClose(committed: true);
            store.Observer.Reached(WriteStep.Closed);
            return written;
        }
        catch when (!update.HasMoved)
        {
            if (TryRestoreHead(intent)) TryClose(committed: false);
            throw;
        }
        finally
        {
            _hasMarks |= !QuarantineFiles.Release(packs);
        }
    }

    /// <summary>Points HEAD at a branch.</summary>
    public RefSnapshot? SetHead(RefSnapshot refs, RefName target)
    {
        using var held = FileLock.TryTake(paths.Lock, _options.LockPatience);
        if (held is null) return null;
        HeadFile.Write(paths.Head, target);
        return Current(refs);
    }

    /// <summary>
    /// The refs as the files have them, with what a crash left behind cleared away. When the lock is not to be had, its holder
    /// may be a silo that is only paused: readers do not wait for that one, and the next transaction clears up.
    /// </summary>
    public RefSnapshot Recover()
    {
        try
        {
            using var held = FileLock.TryTake(paths.Lock, _options.LockPatience / 10);
            if (held is not null) return ClearUp();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A volume that is full, read-only or failing can perhaps still be read.
        }

        return Load();
    }

    private RefSnapshot ClearUp()
    {
        QuarantineFiles.Sweep(paths);
        KeepFile.SweepPushes(paths);
        foreach (var leftover in Directory.EnumerateFiles(paths.Own, "packed-refs.*")) File.Delete(leftover);

        // The outbox writes its cursor without this lock: should one be in the making, it is written again.
        foreach (var leftover in Directory.EnumerateFiles(paths.Own, "delivered.*.tmp")) File.Delete(leftover);
        foreach (var leftover in Directory.EnumerateFiles(paths.Root, "*.tmp")) File.Delete(leftover);
        PackedRefsFile.RemoveStaleLock(paths.PackedRefsLock, _options.ForeignLockAge);
        Leftovers.Sweep(paths, time.GetUtcNow().UtcDateTime, _options.ForeignLockAge);
        return Current(null);
    }

    /// <summary>The refs if the files are no longer those of the snapshot; loose refs are folded on the way if that may be.</summary>
    public RefSnapshot Reload(RefSnapshot refs)
    {
        if (RefStore.Stamp(paths) == refs.Stamp && !RefStore.HasLooseRefs(paths)) return refs;
        try
        {
            using var held = FileLock.TryTake(paths.Lock, TimeSpan.Zero);
            if (held is not null) TryFold();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // As above: to read is what matters here.
        }

        return Load();
    }

    /// <summary>What became of a push, from the journal; if it was not applied, it never will be.</summary>
    public PushOutcome? FindOutcome(Guid pushId)
    {
        using var held = FileLock.TryTake(paths.Lock, _options.LockPatience) ?? throw new IOException("The repository's lock is held.");
        _ = Current(null);
        var outcome = FindOutcome(pushId, null);
        if (outcome is null && !_journal.MayHave(pushId)) _journal.AppendVoid(pushId);
        return outcome;
    }

    private RefSnapshot Current(RefSnapshot? refs)
    {
        if (refs is null || refs.Stamp != RefStore.Stamp(paths)) refs = Load();
        _journal.Refresh();
        return _journal.OpenIntent is null ? refs : ResolveOpenIntent(refs);
    }

    private RefSnapshot Load() => store.LoadAsync(paths, nextVersion(), CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>HEAD's stamp is taken before HEAD is read, and the other one is that of what we wrote: what others write later differs.</summary>
    private RefSnapshot After(RefSnapshot before, byte[] lines, FileStamp written)
    {
        var head = FileStamp.Of(paths.Head);
        var (target, detached) = HeadFile.Read(paths.Head);
        return new RefSnapshot(nextVersion(), before.HashFormat, lines, target, detached, RefStore.Stamp(written, head));
    }

    private IReadOnlySet<string>? TryFold()
    {
        try
        {
            return store.FoldLooseRefsAsync(paths, _options.ForeignLockAge, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (ForeignLockException)
        {
            return null;
        }
    }

    /// <summary>The refs have moved, durably, or have not, so the answer stands even if the journal's volume is full just now.</summary>
    private void TryClose(bool committed)
    {
        try
        {
            _journal.AppendClose(committed);
        }
        catch (IOException)
        {
            // The intent stays open; whoever takes the lock next closes it by comparison.
        }
    }

    /// <summary>
    /// An intent without a close is the last thing a dead writer did: the refs tell whether its one rename came to pass.
    /// It is never replayed; who was not answered asks again.
    /// </summary>
    private RefSnapshot ResolveOpenIntent(RefSnapshot refs)
    {
        var committed = _journal.OpenIntent!.Updates!.All(u => Holds(refs, u));

        // The writer may have died between the rename and its sync, or the sync may have failed, and a second one would not
        // say so again: only a new rename tells. From now on the push may be acknowledged.
        if (committed) refs = Rewrite(refs);
        if (_journal.OpenIntent.Head is { } head && (committed ? head.Old : head.New) == refs.HeadTarget)
        {
            HeadFile.Write(paths.Head, RefName.Parse(committed ? head.New : head.Old));
            refs = Load();
        }

        _journal.AppendClose(committed);
        return refs;

        static bool Holds(RefSnapshot refs, JournalUpdate update) =>
            refs.TryFind(update.Ref, out var id) ? update.New == id.ToString() : update.New.AsSpan().IndexOfAnyExcept('0') < 0;
    }

    private RefSnapshot Rewrite(RefSnapshot refs)
    {
        if (RefStore.ReadPacked(paths, refs) is not { } packed)
        {
            // Written by another program since, under its own sync.
            DurableFiles.SyncDirectory(paths.Root);
            return refs;
        }

        using var update = PackedRefsUpdate.Prepare(
            paths, packed.Packed.ToArray(), RefStore.PackedStamp(refs.Stamp), _options, NoWriteObserver.Instance);
        update.Commit();
        return Load();
    }

    private static RefUpdateResult? Stuck(RefUpdate update, IReadOnlySet<string> stuck) => stuck.Contains(update.Name.Value)
        ? new RefUpdateResult(update.Name, RefUpdateStatus.LockFailure, "another program holds the ref on the server; please try again")
        : null;

    private static RefUpdateResult[] Judge(RefSnapshot refs, PushRequest push, RefUpdateResult?[] refused)
    {
        var results = RefChecks.Check(refs, push.Updates, refused);
        if (!push.Atomic || Array.TrueForAll(results, static r => r.Status == RefUpdateStatus.Ok)) return results;
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i].Status == RefUpdateStatus.Ok)
                results[i] = new RefUpdateResult(results[i].Name, RefUpdateStatus.NotAttempted, "atomic push: another ref was refused");
        }

        return results;
    }

    /// <summary>In a repository without branches HEAD follows the first branch pushed, unless the one it names is among them.</summary>
    private static RefName? FirstBranch(RefSnapshot refs, List<RefUpdate> moved)
    {
        if (refs.HeadTarget is not { } head || refs.TryFind(head, out _)) return null;
        var firstBranch = refs.LowerBound("refs/heads/"u8);
        if (firstBranch < refs.Count && refs[firstBranch].Name.StartsWith("refs/heads/"u8)) return null;
        var branches = moved.Where(static u => u.Name.IsBranch && !u.IsDelete).Select(static u => u.Name).ToList();
        return branches.Count == 0 || branches.Exists(b => b.Value == head) ? null : branches[0];
    }

    private static JournalHead? HeadOf(RefSnapshot refs, PushRequest push, List<RefUpdate> moved) =>
        push.NewHead is { } target && refs.HeadTarget is { } head
            && moved.Exists(u => u.IsDelete && u.Name.Value == head) && moved.Exists(u => !u.IsDelete && u.Name == target)
            ? new JournalHead(head, target.Value)
            : null;

    /// <returns>False: HEAD may name a branch that was not made; the intent stays open, and whoever closes it sees to HEAD.</returns>
    private bool TryRestoreHead(JournalRecord intent)
    {
        if (intent.Head is not { } head) return true;
        try
        {
            HeadFile.Write(paths.Head, RefName.Parse(head.Old));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The marker tells a starting server which repositories have events to deliver; it is durable before the intent.</summary>
    private void MarkPending()
    {
        if (File.Exists(paths.PendingMarker)) return;
        DurableFiles.CreateDirectory(Path.GetDirectoryName(paths.PendingMarker)!);
        try
        {
            DurableFiles.WriteNew(paths.PendingMarker);
        }
        catch (IOException) when (File.Exists(paths.PendingMarker))
        {
            // Made by another activation in between.
        }

        DurableFiles.SyncDirectory(Path.GetDirectoryName(paths.PendingMarker)!);
    }

    private JournalRecord IntentOf(PushRequest push, List<RefUpdate> moved, RefUpdateResult[] results) => new()
    {
        Kind = JournalRecord.Intent,
        Sequence = _journal.LastSequence + 1,
        PushId = push.PushId,
        Time = time.GetUtcNow(),
        User = push.Caller.User?.Value,
        UserId = push.Caller.DeployKey is null ? push.Caller.UserId : null,
        DeployKey = push.Caller.DeployKey?.Fingerprint,
        Protocol = push.Protocol,
        PushOptions = push.PushOptions.Count == 0 ? null : push.PushOptions,
        Updates = [.. moved.Select(static u => new JournalUpdate(u.Name.Value, u.Old.ToString(), u.New.ToString()))],
        Refused = results.All(static r => r.Status == RefUpdateStatus.Ok)
            ? null
            : [.. results.Where(static r => r.Status != RefUpdateStatus.Ok).Select(static r => new JournalRefusal(r.Name.Value, (int)r.Status, r.Message))],
    };

    private PushOutcome? FindOutcome(Guid pushId, IReadOnlyList<RefUpdate>? order)
    {
        if (_journal.FindCommitted(pushId) is not { } intent) return null;
        var results = intent.Updates!.Select(static u => new RefUpdateResult(RefName.Parse(u.Ref), RefUpdateStatus.Ok))
            .Concat((intent.Refused ?? []).Select(static r => new RefUpdateResult(RefName.Parse(r.Ref), (RefUpdateStatus)r.Status, r.Message)))
            .ToDictionary(static r => r.Name);
        return new PushOutcome(
            order is null
                ? [.. results.Values]
                : [.. order.Select(u => results.GetValueOrDefault(u.Name) ?? new RefUpdateResult(u.Name, RefUpdateStatus.Ok))],
            intent.Sequence);
    }

    private static RefTransactionResult Busy(RefSnapshot refs, PushRequest push) =>
        new(refs, Refuse(push, RefUpdateStatus.LockFailure, "the repository is busy; please try again"));

    private static PushOutcome Refuse(PushRequest push, RefUpdateStatus status, string message) =>
        new([.. push.Updates.Select(u => new RefUpdateResult(u.Name, status, message))], 0);
}

/// <summary>The refs after a transaction, the answer, and the fault of the volume when that is the reason of a refusal.</summary>
internal sealed record RefTransactionResult(RefSnapshot Refs, PushOutcome Outcome, Exception? Fault = null);
