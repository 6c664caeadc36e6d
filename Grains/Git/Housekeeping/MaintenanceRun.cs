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
    /// <param name="best">Into one pack, whatever its size.</param>
    /// <param name="cancellationToken">Gives up; what was made until then is left for the next run to sweep.</param>
    public async Task<MaintenanceRecord> RunAsync(RepositoryPaths paths, bool best, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var record = await files.RunAsync(() => Prepare(paths)).ConfigureAwait(false);
        try
        {
            record = await RepackAsync(paths, record, best, cancellationToken).ConfigureAwait(false) with { Fault = null };
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
        var limit = time.GetUtcNow() - _options.ReplacedPackGrace;
        foreach (var pack in record.Retired.Where(p => p.At <= limit)) PackFolder.Remove(paths, pack.Name);
        return record with { Retired = [.. record.Retired.Where(p => p.At > limit)] };
    }

    private async Task<MaintenanceRecord> RepackAsync(
        RepositoryPaths paths, MaintenanceRecord record, bool best, CancellationToken cancellationToken)
    {
        var packs = InUse(paths, record);
        var plan = Plan(packs.Where(static p => !p.IsKept).ToList(), record, best, PackFolder.LooseObjects(paths).Any());
        if (plan is not null)
        {
            var made = plan.IsWhole
                ? await repacker.PackWholeAsync(paths, cancellationToken).ConfigureAwait(false)
                : await repacker.PackSomeAsync(paths, plan.Replaced, packs.Except(plan.Replaced), cancellationToken).ConfigureAwait(false);
            if (made is not null)
            {
                record = await files.RunAsync(() => Replace(paths, record, plan.Replaced, made)).ConfigureAwait(false);
                packs = InUse(paths, record);
                await repacker.PrunePackedAsync(paths, cancellationToken).ConfigureAwait(false);
            }
        }

        if (packs.Count == 0) return record;
        if (plan is { IsWhole: true } || packs.Count == 1) record = record with { WholeSize = packs.Sum(static p => p.Size) };
        var names = packs.Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        var isNew = !names.SetEquals(record.Covered);
        if (isNew || !PackFolder.HasBitmap(paths))
            await repacker.WriteMultiPackIndexAsync(paths, packs, cancellationToken).ConfigureAwait(false);
        if (isNew || !PackFolder.HasCommitGraph(paths))
            await repacker.WriteCommitGraphAsync(paths, cancellationToken).ConfigureAwait(false);
        await files.RunAsync(() => Sync(paths)).ConfigureAwait(false);
        return record with { Covered = [.. names] };
    }

    /// <summary>Packs that were not replaced.</summary>
    private static List<PackFile> InUse(RepositoryPaths paths, MaintenanceRecord record)
    {
        var retired = record.Retired.Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        return PackFolder.List(paths).FindAll(p => !retired.Contains(p.Name));
    }

    private RepackPlan? Plan(List<PackFile> packs, MaintenanceRecord record, bool best, bool hasLooseObjects)
    {
        if (packs.Count < 2 && !hasLooseObjects) return null;
        var size = packs.Sum(static p => p.Size);
        if (best || size <= _options.WholeSize || size > 2 * Math.Max(record.WholeSize, 1)) return new RepackPlan(packs, IsWhole: true);
        var some = Geometry.ToRollUp(packs, _options.GeometricFactor);
        return some.Count > 0 || hasLooseObjects ? new RepackPlan(some, IsWhole: false) : null;
    }

    private MaintenanceRecord Replace(RepositoryPaths paths, MaintenanceRecord record, IReadOnlyList<PackFile> replaced, string made)
    {
        var name = Path.GetFileName(made);
        if (PackIndex.CountObjectsOf(made + ".idx") < replaced.Max(static p => (long?)p.Objects).GetValueOrDefault())
            throw new IOException("A new pack has fewer objects than one that it was to replace.");
        PackFolder.Install(paths, made, name);
        DurableFiles.SyncDirectory(paths.ObjectPacks);
        var now = time.GetUtcNow();
        record = record with
        {
            Retired = [.. record.Retired.Where(p => p.Name != name), .. replaced.Where(p => p.Name != name).Select(p => new RetiredPack(p.Name, now))],
        };

        // On disk before anything else: a run that is cut off now has still replaced these packs.
        record.Write(paths);
        HousekeepingInstruments.Replaced.Add(replaced.Count(p => p.Name != name));
        return record;
    }

    private static bool Sync(RepositoryPaths paths)
    {
        DurableFiles.SyncDirectory(paths.ObjectPacks);
        DurableFiles.SyncDirectory(Path.Combine(paths.Objects, "info"));
        return true;
    }

    private sealed record RepackPlan(IReadOnlyList<PackFile> Replaced, bool IsWhole);
}
