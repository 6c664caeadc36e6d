using System.Runtime.InteropServices;
using Granary.Git;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Processes;

/// <summary>
/// The places for heavy git processes on this silo: a limit in all, one per repository and one per user, and a short queue.
/// A place that is free goes to whoever has the fewest processes at work, then to the repository with the fewest, then to who
/// came first: a hundred requests of one do not hold up the one of another.
/// </summary>
internal sealed class ProcessLimiter(IOptions<GitOptions> options, TimeProvider time)
{
    private readonly GitOptions _options = options.Value;
    private readonly Lock _gate = new();
    private readonly Dictionary<RepositoryId, int> _working = [];
    private readonly Dictionary<Requester, Share> _shares = [];
    private readonly LinkedList<Waiter> _waiting = new();
    private int _total;
    private int _paused;

    /// <summary>Requests that wait for a place now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <exception cref="GitBusyException">No place within <see cref="GitOptions.MaxWait"/>, or too many wait already.</exception>
    public async ValueTask<IGitPlace> EnterAsync(RepositoryId repository, Requester requester, GitWork work, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(repository, requester, work);
        lock (_gate)
        {
            if (MayStart(waiter)) return Start(waiter);
            if (_waiting.Count >= _options.MaxWaiting) throw Busy(work, ProcessInstruments.QueueFull);
            _waiting.AddLast(waiter);
        }

        var began = time.GetTimestamp();
        ProcessInstruments.Waiting(work, 1);

        try
        {
            return await waiter.Started.Task.WaitAsync(_options.MaxWait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            bool started;
            lock (_gate) started = !_waiting.Remove(waiter);
            if (started) (await waiter.Started.Task.ConfigureAwait(false)).Dispose();
            if (exception is TimeoutException) throw Busy(work, ProcessInstruments.WaitedTooLong);
            throw;
        }
        finally
        {
            ProcessInstruments.Waiting(work, -1);
            ProcessInstruments.Waited(work, time.GetElapsedTime(began));
        }
    }

    private static GitBusyException Busy(GitWork work, string reason)
    {
        ProcessInstruments.Refused(work, reason);
        return new GitBusyException(TimeSpan.FromSeconds(5));
    }

    private bool MayStart(Waiter waiter)
    {
        var share = _shares.GetValueOrDefault(waiter.Requester);
        return _total < _options.MaxProcesses
            && _paused < _options.MaxPausedProcesses
            && _working.GetValueOrDefault(waiter.Repository) < _options.MaxProcessesPerRepository
            && share.Working < _options.MaxProcessesPerUser
            && share.Paused < _options.MaxPausedProcessesPerUser;
    }

    private Place Start(Waiter waiter)
    {
        Work(waiter, 1);
        return new Place(this, waiter);
    }

    private void Work(Waiter waiter, int change)
    {
        _total += change;
        ProcessInstruments.Working(waiter.Kind, change);
        ref var here = ref CollectionsMarshal.GetValueRefOrAddDefault(_working, waiter.Repository, out _);
        if ((here += change) == 0) _working.Remove(waiter.Repository);
        Add(waiter.Requester, change, 0);
    }

    private void Wait(Waiter waiter, int change)
    {
        _paused += change;
        ProcessInstruments.Paused(waiter.Kind, change);
        Add(waiter.Requester, 0, change);
    }

    private void Add(Requester requester, int working, int paused)
    {
        ref var share = ref CollectionsMarshal.GetValueRefOrAddDefault(_shares, requester, out _);
        share = new Share(share.Working + working, share.Paused + paused);
        if (share == default) _shares.Remove(requester);
    }

    /// <summary>Called under the gate when something was given back.</summary>
    private void StartWaiting()
    {
        while (_total < _options.MaxProcesses && NextWaiter() is { } next)
        {
            _waiting.Remove(next);
            next.Value.Started.SetResult(Start(next.Value));
        }
    }

    private LinkedListNode<Waiter>? NextWaiter()
    {
        LinkedListNode<Waiter>? best = null;
        var fewest = (int.MaxValue, int.MaxValue);
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (!MayStart(node.Value)) continue;
            var count = (_shares.GetValueOrDefault(node.Value.Requester).Working, _working.GetValueOrDefault(node.Value.Repository));
            if (count.CompareTo(fewest) >= 0) continue;
            (best, fewest) = (node, count);
            if (fewest == (0, 0)) break;
        }

        return best;
    }

    private readonly record struct Share(int Working, int Paused);

    private sealed class Waiter(RepositoryId repository, Requester requester, GitWork kind)
    {
        public GitWork Kind { get; } = kind;

        public RepositoryId Repository { get; } = repository;

        public Requester Requester { get; } = requester;

        public TaskCompletionSource<IGitPlace> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(ProcessLimiter limiter, Waiter waiter) : IGitPlace
    {
        private bool _isPaused;
        private bool _left;

        public void Pause() => Change(true);

        public void Resume() => Change(false);

        public void Dispose()
        {
            lock (limiter._gate)
            {
                if (_left) return;
                _left = true;
                if (_isPaused) limiter.Wait(waiter, -1);
                else limiter.Work(waiter, -1);
                limiter.StartWaiting();
            }
        }

        private void Change(bool paused)
        {
            lock (limiter._gate)
            {
                if (_left || _isPaused == paused) return;
                _isPaused = paused;

                // Who resumes may for a moment be one more than the limit: making it wait would make its client wait twice.
                limiter.Work(waiter, paused ? -1 : 1);
                limiter.Wait(waiter, paused ? 1 : -1);
                limiter.StartWaiting();
            }
        }
    }
}
