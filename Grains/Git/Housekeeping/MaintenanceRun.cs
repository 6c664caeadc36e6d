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
            if (held is not null)
            {
                QuarantineFiles.Sweep(paths);
                KeepFile.SweepPushes(paths);
            }
        }

        var record = ReplacedPacks.RemoveDue(paths, MaintenanceRecord.Read(paths), time.GetUtcNow(), _options.ReplacedPackGrace);
        ReplacedPacks.Hide(paths, record);
        return record;
    }

    private async Task<MaintenanceRecord> RepackAsync(
        RepositoryPaths paths, MaintenanceRecord record, MaintenanceScope scope, CancellationToken cancellationToken)
    {
        var plan = Plan(InUse(paths, record));
        if (plan.IsRepack)
        {
            var packs = await files.RunAsync(() => RepackingFolder.Make(paths, () => InUse(paths, record))).ConfigureAwait(false);
            plan = Plan(packs);
            if (plan.IsRepack) record = await ReplaceAsync(paths, record, plan, packs, cancellationToken).ConfigureAwait(false);
            await files.RunAsync(() => RepackingFolder.Remove(paths)).ConfigureAwait(false);
        }

        return plan.KeepsIndex ? record : await IndexAsync(paths, record, plan, cancellationToken).ConfigureAwait(false);

        RepackPlan Plan(List<PackFile> packs) => RepackPlan.Make(packs, record, scope, PackFolder.LooseObjects(paths).Any(), _options);
    }

    private async Task<MaintenanceRecord> ReplaceAsync(
        RepositoryPaths paths, MaintenanceRecord record, RepackPlan plan, List<PackFile> packs, CancellationToken cancellationToken)
    {
        // Without what the index covers, where git looks first. Nothing else is left out: who has read an index over a pack that is
        // replaced finds an object of it only in packs outside of that index.
        var covered = record.Covered.ToHashSet(StringComparer.Ordinal);
        var made = plan.IsWhole
            ? await repacker.PackWholeAsync(paths, cancellationToken).ConfigureAwait(false)
            : await repacker.PackSomeAsync(
                paths, plan.Replaced, packs.Where(p => plan.KeepsIndex && p.IsProtected && covered.Contains(p.Name)), cancellationToken).ConfigureAwait(false);
        return await files.RunAsync(() =>
        {
            var replaced = Replace(paths, record, plan, made);
            LooseObjects.RemovePacked(paths, Protected(paths, replaced).Select(p => PackFolder.IndexOf(paths, p.Name)));
            return replaced;
        }).ConfigureAwait(false);
    }

    /// <summary>Writes multi-pack-index, bitmap and commit-graph over packs that no other program takes away.</summary>
    private async Task<MaintenanceRecord> IndexAsync(
        RepositoryPaths paths, MaintenanceRecord record, RepackPlan plan, CancellationToken cancellationToken)
    {
        record = await files.RunAsync(() => Adopt(paths, record)).ConfigureAwait(false);
        var packs = Protected(paths, record);
        if (packs.Count == 0) return record;
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

    /// <summary>Makes ours, under new names, those packs in use that others put here or may take away.</summary>
    private MaintenanceRecord Adopt(RepositoryPaths paths, MaintenanceRecord record)
    {
        var adopted = InUse(paths, record).Where(p => !p.IsProtected && PackFolder.Adopt(paths, p.Name) is not null).ToList();
        if (adopted.Count == 0) return record;
        DurableFiles.SyncDirectory(paths.ObjectPacks);
        return Retire(paths, record, adopted, _options.ReplacedPackGrace);
    }

    private static List<PackFile> Protected(RepositoryPaths paths, MaintenanceRecord record) => InUse(paths, record).FindAll(static p => p.IsProtected);

    /// <summary>Packs that were not replaced.</summary>
    private static List<PackFile> InUse(RepositoryPaths paths, MaintenanceRecord record)
    {
        var retired = record.Retired.Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        return PackFolder.List(paths).FindAll(p => !retired.Contains(p.Name));
    }

    /// <param name="paths">The repository.</param>
    /// <param name="record">What is known of it.</param>
    /// <param name="plan">What was to be done.</param>
    /// <param name="made">The new pack, without ending; null when all that it would hold is in packs that stay.</param>
    private MaintenanceRecord Replace(RepositoryPaths paths, MaintenanceRecord record, RepackPlan plan, string? made)
    {
        var staying = Protected(paths, record).Select(static p => p.Name).Except(plan.Replaced.Select(static p => p.Name));
        var linked = RepackingFolder.Of(paths);
        var missing = PackContainment.FindMissing(
            plan.Replaced.Select(p => PackFolder.IndexOf(linked, p.Name)), made is null ? null : made + ".idx", staying.Select(p => PackFolder.IndexOf(paths, p)));
        if (missing is not null) throw new IOException($"A new pack lacks the object {missing} of one that it was to replace.");
        if (made is not null)
        {
            PackFolder.Install(paths, made);
            DurableFiles.SyncDirectory(paths.ObjectPacks);
        }

        HousekeepingInstruments.Replaced.Add(plan.Replaced.Count);
        return Retire(paths, record, plan.Replaced, plan.KeepsIndex ? _options.RecentPackGrace : _options.ReplacedPackGrace);
    }

    private MaintenanceRecord Retire(RepositoryPaths paths, MaintenanceRecord record, IReadOnlyList<PackFile> replaced, TimeSpan grace)
    {
        var until = time.GetUtcNow() + grace;
        record = record with
        {
            Retired = [.. record.Retired.ExceptBy(replaced.Select(static p => p.Name), static p => p.Name), .. replaced.Select(p => new RetiredPack(p.Name, until))],
        };

        // On disk before anything else: a run that is cut off now has still replaced these packs.
        record.Write(paths);
        ReplacedPacks.Hide(paths, record);
        return record;
    }

    private static bool Finish(RepositoryPaths paths, MaintenanceRecord record)
    {
        DurableFiles.SyncDirectory(paths.ObjectPacks);
        DurableFiles.SyncDirectory(Path.Combine(paths.Objects, "info"));

        // Read by now through the new multi-pack-index, durably so.
        record.Write(paths);
        ReplacedPacks.Hide(paths, record);
        return true;
    }
}
