using System.Collections.Concurrent;
using System.Threading.Channels;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>Which repositories wait for housekeeping on this silo, and how they come to: by pushes, and to have replaced packs removed.</summary>
internal sealed class HousekeepingSchedule
{
    private readonly HousekeepingOptions _options;
    private readonly Channel<RepositoryId> _waiting;
    private readonly ConcurrentDictionary<RepositoryId, MaintenanceScope> _scopes = new();
    private readonly ConcurrentDictionary<RepositoryId, int> _packs = new();

    public HousekeepingSchedule(IOptions<HousekeepingOptions> options)
    {
        _options = options.Value;
        _waiting = Channel.CreateBounded<RepositoryId>(new BoundedChannelOptions(_options.MaxQueue) { FullMode = BoundedChannelFullMode.Wait });
    }

    /// <summary>A push brought a pack: a large one, or the last of so many, asks for housekeeping. Takes no time of the push.</summary>
    public void PackReceived(RepositoryId repository, long bytes)
    {
        if (!_options.Automatic) return;
        var count = _packs.AddOrUpdate(repository, 1, static (_, n) => n + 1);
        if (count < _options.NewPacks && bytes < _options.LargePush) return;
        _packs.TryRemove(repository, out _);
        TryAdd(repository, bytes < _options.LargePush ? MaintenanceScope.Recent : MaintenanceScope.Everything);
    }

    /// <summary>Adds one; one that waits already is done once, for the greater scope, and one too many is left to the next sweep.</summary>
    public void TryAdd(RepositoryId repository, MaintenanceScope scope)
    {
        if (!IsFirst(repository, scope)) return;
        if (_waiting.Writer.TryWrite(repository)) HousekeepingInstruments.Queue.Add(1);
        else _scopes.TryRemove(repository, out _);
    }

    /// <summary>Adds one as soon as there is room.</summary>
    public async ValueTask AddAsync(RepositoryId repository, MaintenanceScope scope, CancellationToken cancellationToken)
    {
        if (!IsFirst(repository, scope)) return;
        await _waiting.Writer.WriteAsync(repository, cancellationToken).ConfigureAwait(false);
        HousekeepingInstruments.Queue.Add(1);
    }

    public async ValueTask<(RepositoryId Repository, MaintenanceScope Scope)> TakeAsync(CancellationToken cancellationToken)
    {
        var repository = await _waiting.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        _scopes.TryRemove(repository, out var scope);
        HousekeepingInstruments.Queue.Add(-1);
        return (repository, scope);
    }

    private bool IsFirst(RepositoryId repository, MaintenanceScope scope)
    {
        while (true)
        {
            if (_scopes.TryAdd(repository, scope)) return true;
            if (_scopes.TryGetValue(repository, out var waiting) && (waiting >= scope || _scopes.TryUpdate(repository, scope, waiting))) return false;
        }
    }
}
