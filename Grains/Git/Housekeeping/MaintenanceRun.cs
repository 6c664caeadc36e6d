using Granary.Grains.Git.Packs;
using Granary.Grains.Posix;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>
/// One run over one repository, under the lock of housekeeping. It adds before it takes away: the new pack is on disk before
/// the old ones are listed as replaced, and these stay for a while, so that no reader misses an object, whichever packs it
/// has seen. No object is ever dropped. A crash at any point leaves files that the next run sweeps.
/// </summary>
internal sealed class MaintenanceRun(
    Repacker repacker, [FromKeyedServices(BlockingWork.Background)] BlockingWork files, IOptions<HousekeepingOptions> options, IOptions<GitOptions> gitOptions, TimeProvider time)
{
    private readonly HousekeepingOptions _options = options.Value;

    /// <param name="paths">The repository.</param>
    /// <param name="scope">How much to look at.</param>
    /// <param name="cancellationToken">Gives up; what was made until then is left for the next run to sweep.</param>
    public async Task<MaintenanceRecord> RunAsync(RepositoryPaths paths, MaintenanceScope scope, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var record = await files.RunAsync(() => Prepare(paths)).ConfigureAwait(false);
        try
        {
            if (scope > MaintenanceScope.Expiry) record = await RepackAsync(paths, record, scope, cancellationToken).ConfigureAwait(false) with { Fault = null };
            return record;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            record = record with { Fault = fault.Message };
            throw;
        }
        finally
        {
            var last = record with
            {
                LastRun = time.GetUtcNow(),
                DurationMilliseconds = (long)time.GetElapsedTime(began).TotalMilliseconds,
            };
            if (!cancellationToken.IsCancellationRequested) await files.RunAsync(() => Write(paths, last)).ConfigureAwait(false);
        }
    }

    private static bool Write(RepositoryPaths paths, MaintenanceRecord record)
    {
        record.Write(paths);
        return true;
    }

    /// <summary>Clears away what crashes and pushes of dead silos left, and packs that were replaced long enough ago.</summary>
    private MaintenanceRecord Prepare(RepositoryPaths paths)
    {
        Leftovers.Sweep(paths, gitOptions.Value.ForeignLockAge);
        using (var held = FileLock.TryTake(paths.Lock, TimeSpan.Zero))
        {
            if (held is not null) QuarantineFiles.Sweep(paths);
        }

        var record = MaintenanceRecord.Read(paths);
        var now = time.GetUtcNow();
        foreach (var pack in record.Retired.Where(p => p.Until <= now)) PackFolder.Remove(paths, pack.Name);
        record = record with { Retired = [.. record.Retired.Where(p => p.Until > now)] };
        Hide(paths, record);
        return record;
    }

    private async Task<MaintenanceRecord> RepackAsync(
        RepositoryPaths paths, MaintenanceRecord record, MaintenanceScope scope, CancellationToken cancellationToken)
    {
        var packs = InUse(paths, record);
        var hasLooseObjects = PackFolder.LooseObjects(paths).Any();
        var plan = RepackPlan.Make(packs, record, scope, hasLooseObjects, _options);
        if (plan.IsRepack)
        {
            var made = plan.IsWhole
                ? await repacker.PackWholeAsync(paths, cancellationToken).ConfigureAwait(false)
                : await repacker.PackSomeAsync(paths, plan.Replaced, packs.Except(plan.Replaced), cancellationToken).ConfigureAwait(false);
            record = await files.RunAsync(() => Replace(paths, record, plan, made)).ConfigureAwait(false);
            packs = InUse(paths, record);
            if (hasLooseObjects && made is not null) await repacker.PrunePackedAsync(paths, cancellationToken).ConfigureAwait(false);
        }

        if (plan.KeepsIndex || packs.Count == 0) return record;
        if (plan.IsWhole || packs.Count == 1) record = record with { WholeSize = packs.Sum(static p => p.Size) };
        var names = packs.Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        var isNew = !names.SetEquals(record.Covered);
        if (isNew || !PackFolder.HasBitmap(paths))
            await repacker.WriteMultiPackIndexAsync(paths, packs, cancellationToken).ConfigureAwait(false);
        if (isNew || !PackFolder.HasCommitGraph(paths))
            await repacker.WriteCommitGraphAsync(paths, cancellationToken).ConfigureAwait(false);
        record = record with { Covered = [.. names] };
        await files.RunAsync(() => Finish(paths, record)).ConfigureAwait(false);
        return record;
    }

    /// <summary>Packs that were not replaced.</summary>
    private static List<PackFile> InUse(RepositoryPaths paths, MaintenanceRecord record)
    {
        var retired = record.Retired.Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        return PackFolder.List(paths).FindAll(p => !retired.Contains(p.Name));
    }

    /// <summary>
    /// Hides replaced packs from git processes that begin from now on, so that each does not open them all. Those that the
    /// multi-pack-index names are seen through it until it is written anew.
    /// </summary>
    private static void Hide(RepositoryPaths paths, MaintenanceRecord record)
    {
        foreach (var pack in record.Retired.ExceptBy(record.Covered, static p => p.Name)) PackFolder.Hide(paths, pack.Name);
    }

    /// <param name="paths">The repository.</param>
    /// <param name="record">What is known of it.</param>
    /// <param name="plan">What was to be done.</param>
    /// <param name="made">The new pack, without ending; null when all that it would hold is in packs that stay.</param>
    private MaintenanceRecord Replace(RepositoryPaths paths, MaintenanceRecord record, RepackPlan plan, string? made)
    {
        var name = Path.GetFileName(made);
        var staying = InUse(paths, record).Select(static p => p.Name).Except(plan.Replaced.Select(static p => p.Name));
        var missing = PackContainment.FindMissing(
            plan.Replaced.Select(p => PackFolder.IndexOf(paths, p.Name)), made is null ? null : made + ".idx", staying.Select(p => PackFolder.IndexOf(paths, p)));
        if (missing is not null) throw new IOException($"A new pack lacks the object {missing} of one that it was to replace.");
        if (made is not null)
        {
            PackFolder.Install(paths, made, name!);
            DurableFiles.SyncDirectory(paths.ObjectPacks);
        }

        var until = time.GetUtcNow() + (plan.KeepsIndex ? _options.RecentPackGrace : _options.ReplacedPackGrace);
        var replaced = plan.Replaced.Where(p => p.Name != name).Select(p => new RetiredPack(p.Name, until)).ToList();
        record = record with { Retired = [.. record.Retired.Where(p => p.Name != name && !replaced.Exists(r => r.Name == p.Name)), .. replaced] };

        // On disk before anything else: a run that is cut off now has still replaced these packs.
        record.Write(paths);
        Hide(paths, record);
        HousekeepingInstruments.Replaced.Add(replaced.Count(p => p.Name != name));
        return record;
    }

    private static bool Finish(RepositoryPaths paths, MaintenanceRecord record)
    {
        DurableFiles.SyncDirectory(paths.ObjectPacks);
        DurableFiles.SyncDirectory(Path.Combine(paths.Objects, "info"));

        // Read by now through the new multi-pack-index, durably so.
        record.Write(paths);
        Hide(paths, record);
        return true;
    }
}
