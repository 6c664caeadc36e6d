using System.Security.Cryptography;
using Granary.Grains.Git;
using Granary.Grains.Posix;
using Granary.Grains.Git.Refs;
using Granary.Grains.Outbox;
using Granary.Grains.Repositories.Policy;
using Granary.Grains.Storage;
using Granary.Repositories;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Repositories;

/// <summary>
/// The one writer of a repository. Turns do no file work themselves: they await it on the threads of
/// <see cref="BlockingWork"/>, while reads interleave and are answered from the snapshot field.
/// </summary>
[GrainType("granary.repository")]
internal sealed partial class RepositoryGrain : Grain, IRepositoryGrain
{
    private readonly DurableRecord<RepositoryRecord> _state;
    private readonly BlockingWork _files;
    private readonly TimeProvider _time;
    private readonly GitOptions _options;
    private readonly ILogger<RepositoryGrain> _logger;
    private readonly RepositoryId _id;
    private readonly RepositoryLayout _layout;
    private readonly RepositoryPaths _paths;
    private readonly RefTransaction _transaction;
    private readonly IReadOnlyList<IRepositoryRecords> _records;
    private readonly PackFolder _packFolder;
    private readonly RepositoryPolicyOptions _policyOptions;
    private readonly long _epoch = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private long _number;
    private RefSnapshot? _refs;
    private Task<RefSnapshot>? _loading;

    public RepositoryGrain(
        [PersistentState("repository")] IPersistentState<RepositoryRecord> state, RefStore store, RepositoryLayout layout,
        BlockingWork files, IOptions<GitOptions> options, IOptions<RepositoryPolicyOptions> policyOptions,
        IEnumerable<IRepositoryRecords> records, TimeProvider time, ILogger<RepositoryGrain> logger)
    {
        _state = new DurableRecord<RepositoryRecord>(state);
        _files = files;
        _time = time;
        _options = options.Value;
        _logger = logger;
        _id = new RepositoryId(this.GetPrimaryKey());
        _layout = layout;
        _paths = layout.Of(_id);
        _packFolder = new PackFolder(_paths.ObjectPacks);
        _policyOptions = policyOptions.Value;
        _records = [.. records];
        _transaction = new RefTransaction(store, _paths, options, time, NextVersion);
    }

    private RepositoryState? Settings => _state.Value.Settings;

    public async ValueTask<RefSnapshot?> GetRefsIfNewerAsync(RefVersion known, CancellationToken cancellationToken)
    {
        var refs = _refs ?? await LoadAsync();
        return refs.Version == known ? null : refs;
    }

    public async Task<RefSnapshot> ReloadRefsAsync(RefVersion seen, CancellationToken cancellationToken)
    {
        var refs = _refs ?? await LoadAsync();
        if (refs.Version != seen) return refs;
        return _refs = Hide(await OnFilesAsync(() => _transaction.Reload(refs)));
    }

    public async Task<PushOutcome> ApplyPushAsync(PushRequest push, CancellationToken cancellationToken)
    {
        if (Settings is not { } settings) throw new RepositoryUnavailableException(_id);
        var began = _time.GetTimestamp();
        RefSnapshot refs;
        try
        {
            refs = _refs ?? await LoadAsync();
        }
        catch (RepositoryUnavailableException unavailable) when (unavailable.Fault is { } fault)
        {
            return Refused(push, fault);
        }

        var protection = ProtectionOf(settings);
        var role = await RoleForAsync(push.Caller, protection, cancellationToken);
        try
        {
            var result = await _files.RunAsync(() => Apply(refs, push, settings, protection, role));
            if (result.Fault is not null) LogVolumeFailed(result.Fault, _id);
            _refs = Hide(result.Refs);
            RepositoryInstruments.Decided(result.Outcome.Results);
            if (result.Outcome.Sequence > 0) NotifyOutbox();
            return result.Outcome;
        }
        catch (Exception exception)
        {
            // What holds now is on the volume, not in memory: the next call reads it.
            _refs = null;
            if (exception is not (IOException or UnauthorizedAccessException)) throw;
            LogVolumeFailed(exception, _id);
            throw new RepositoryUnavailableException(_id, VolumeFaults.Of(exception));
        }
        finally
        {
            var turn = _time.GetElapsedTime(began);
            RepositoryInstruments.Turn(turn);
            LogApplied(_id, push.Updates.Count, (long)turn.TotalMilliseconds);
        }
    }

    public async Task<PushOutcome?> GetPushOutcomeAsync(Guid pushId, CancellationToken cancellationToken)
    {
        if (Settings is null) throw new RepositoryUnavailableException(_id);
        var outcome = await OnFilesAsync(() => _transaction.FindOutcome(pushId));
        if (outcome is not null) NotifyOutbox();
        return outcome;
    }

    /// <summary>A message nobody waits for; if it is lost, the sweep over the markers finds the event.</summary>
    private void NotifyOutbox() => GrainFactory.GetGrain<IOutboxGrain>(_id.Value).NotifyAsync().Ignore();

    private RefVersion NextVersion() => new(_epoch, Interlocked.Increment(ref _number));

    /// <summary>Reads that interleave share one load.</summary>
    private async Task<RefSnapshot> LoadAsync()
    {
        if (Settings is null) throw new RepositoryUnavailableException(_id);
        var loading = _loading ??= OnFilesAsync(_transaction.Recover);
        try
        {
            var refs = await loading;
            return _refs ??= Hide(refs);
        }
        finally
        {
            if (_loading == loading) _loading = null;
        }
    }

    private async Task<T> OnFilesAsync<T>(Func<T> work)
    {
        try
        {
            return await _files.RunAsync(work);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogVolumeFailed(exception, _id);
            throw new RepositoryUnavailableException(_id, VolumeFaults.Of(exception));
        }
    }
}
