using Granary.Git;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Processes;

/// <summary>
/// The places for heavy git processes on this silo: a limit in all, one per repository, and a short queue that is fair
/// between repositories in that a full one does not hold up the others.
/// </summary>
internal sealed class ProcessLimiter(IOptions<GitOptions> options, TimeProvider time)
{
    private readonly GitOptions _options = options.Value;
    private readonly Lock _gate = new();
    private readonly Dictionary<RepositoryId, int> _running = [];
    private readonly LinkedList<Waiter> _waiting = new();
    private int _total;

    /// <exception cref="GitBusyException">No place within <see cref="GitOptions.MaxWait"/>, or too many wait already.</exception>
    public async ValueTask<IDisposable> EnterAsync(RepositoryId repository, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(repository);
        lock (_gate)
        {
            if (TryStart(repository)) return new Place(this, repository);
            if (_waiting.Count >= _options.MaxWaiting) throw Busy();
            _waiting.AddLast(waiter);
        }

        try
        {
            await waiter.Started.Task.WaitAsync(_options.MaxWait, time, cancellationToken).ConfigureAwait(false);
            return new Place(this, repository);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            bool started;
            lock (_gate) started = !_waiting.Remove(waiter);
            if (started) Leave(repository);
            if (exception is TimeoutException) throw Busy();
            throw;
        }
    }

    private static GitBusyException Busy() => new(TimeSpan.FromSeconds(5));

    private bool TryStart(RepositoryId repository)
    {
        var here = _running.GetValueOrDefault(repository);
        if (_total >= _options.MaxProcesses || here >= _options.MaxProcessesPerRepository) return false;
        _running[repository] = here + 1;
        _total++;
        return true;
    }

    private void Leave(RepositoryId repository)
    {
        lock (_gate)
        {
            _total--;
            if (--_running[repository] == 0) _running.Remove(repository);
            for (var node = _waiting.First; node is not null && _total < _options.MaxProcesses;)
            {
                var next = node.Next;
                if (TryStart(node.Value.Repository))
                {
                    _waiting.Remove(node);
                    node.Value.Started.SetResult();
                }

                node = next;
            }
        }
    }

    private sealed record Waiter(RepositoryId Repository)
    {
        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Equals(Waiter? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }

    private sealed class Place(ProcessLimiter limiter, RepositoryId repository) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, true)) return;
            limiter.Leave(repository);
        }
    }
}
