using Granary.Grains.Git;
using Granary.Grains.Git.Refs;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Outbox;

[GrainType("granary.outbox"), CollectionAgeLimit(Minutes = 5)]
internal sealed partial class OutboxGrain : Grain, IOutboxGrain
{
    private readonly RepositoryId _id;
    private readonly RepositoryOutbox _outbox;
    private readonly OutboxPlaces _places;
    private readonly OutboxLag _lag;
    private readonly OutboxOptions _options;
    private readonly ILogger<OutboxGrain> _logger;
    private readonly bool _hasKinds;
    private Task? _running;
    private bool _again;
    private int _failures;
    private IGrainTimer? _retry;
    private IGrainTimer? _settle;

    public OutboxGrain(
        IEnumerable<JobKind> kinds, IEventPublisher publisher, RefStore store, RepositoryLayout layout,
        [FromKeyedServices(BlockingWork.Background)] BlockingWork files,
        OutboxPlaces places, OutboxLag lag, IOptions<OutboxOptions> options, IOptions<GitOptions> git, TimeProvider time,
        ILogger<OutboxGrain> logger)
    {
        _id = new RepositoryId(this.GetPrimaryKey());
        _places = places;
        _lag = lag;
        _options = options.Value;
        _logger = logger;
        var (paths, all, versions) = (layout.Of(_id), kinds.ToList(), 0L);
        _hasKinds = all.Count > 0;
        var transaction = new RefTransaction(store, paths, git, time, () => new RefVersion(0, Interlocked.Increment(ref versions)));
        _outbox = new RepositoryOutbox(_id, paths, all, publisher, transaction, files, _options, time);
    }

    public Task NotifyAsync() => DrainAsync();

    public Task DrainAsync()
    {
        if (!_hasKinds) return Task.CompletedTask;
        _again = true;
        if (_running is null or { IsCompleted: true }) _running = RunAsync();
        return _running;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _lag.Forget(_id);
        return Task.CompletedTask;
    }

    private async Task RunAsync()
    {
        _retry?.Dispose();
        _retry = null;
        while (_again)
        {
            _again = false;
            var result = await TryDrainAsync();
            if (result is null) return;
            _lag.Report(_id, result);
            if (result.Fault is { } fault && !result.HasMore)
            {
                RetryLater(fault);
                return;
            }

            if (result.Fault is null) _failures = 0;
            _again |= result.HasMore;
            if (result.IsOpen && !_again) _retry = Timer(DrainAsync, TimeSpan.FromSeconds(1));
            else if (result.IsAllDelivered) _settle ??= Timer(SettleAsync, _options.MarkerLinger);
        }
    }

    private async Task<OutboxResult?> TryDrainAsync()
    {
        try
        {
            using (await _places.TakeAsync()) return await _outbox.DrainAsync();
        }
#pragma warning disable CA1031 // Nobody awaits this: whatever it is, it is logged and tried again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            RetryLater(fault);
            return null;
        }
    }

    private async Task SettleAsync()
    {
        _settle?.Dispose();
        _settle = null;
        if (_running is { IsCompleted: false }) return;
        try
        {
            if (await _outbox.SettleAsync()) return;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogFailed(fault, _id, _options.MarkerLinger);
        }

        // There is news, or the lock was held: what is found comes to the marker again.
        await DrainAsync();
    }

    private void RetryLater(Exception fault)
    {
        var pause = _options.MinRetryDelay * Math.Pow(2, Math.Min(_failures++, 20));
        if (pause > _options.MaxRetryDelay) pause = _options.MaxRetryDelay;
        OutboxInstruments.Failures.Add(1);
        LogFailed(fault, _id, pause);
        _again = false;
        _retry = Timer(DrainAsync, pause);
    }

    private IGrainTimer Timer(Func<Task> work, TimeSpan after) => this.RegisterGrainTimer(
        static (run, _) => run(),
        work,
        new GrainTimerCreationOptions(after, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true });

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events of repository {Repository} could not be delivered; the next try is in {Pause}.")]
    private partial void LogFailed(Exception exception, RepositoryId repository, TimeSpan pause);
}
