using System.IO.Pipelines;
using Granary.Git;
using Granary.Grains.Git.Processes;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs.Cache;

/// <summary>
/// Answers fetches that others ask too: together with those who ask now, from a file that was kept, or with a git of their
/// own. Whether the caller may have the answer was seen to before.
/// </summary>
internal sealed class PackCache(AnswerStore store, ProcessLimiter limiter, IOptions<PackCacheOptions> options, TimeProvider time)
{
    private readonly RecentRequests _recent = new(options.Value.RepeatWithin, time);
    private readonly JoinMemory _windows = new(options.Value.JoinMemory);
    private readonly Lock _gate = new();
    private readonly Dictionary<PackKey, SharedAnswer> _running = [];
    private readonly Announcements _announcements = new();

    /// <param name="key">What is asked for.</param>
    /// <param name="isShared">False: the answer is for this client alone.</param>
    /// <param name="isClone">It is taken for one that comes again.</param>
    /// <param name="requester">Who asks, for the limit per user and the fair queue.</param>
    /// <param name="run">Runs git with the given writer until it is cancelled.</param>
    /// <param name="response">Flushed as the answer comes, not completed.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <exception cref="GitBusyException">No place in time.</exception>
    /// <exception cref="GitProcessException">git failed.</exception>
    public async Task ServeAsync(
        PackKey key, bool isShared, bool isClone, Requester requester, Func<PipeWriter, CancellationToken, Task> run, PipeWriter response,
        CancellationToken cancellationToken)
    {
        isShared &= store.IsOn;
        var isRepeated = (isShared && _recent.SawBefore(key)) || (isClone && options.Value.KeepClones);
        while (true)
        {
            if (isShared && TryJoin(key) is { } joined)
            {
                await SendAsync("joined", joined, response, cancellationToken).ConfigureAwait(false);
                return;
            }

            if (isShared && await TrySendKeptAsync(key, response, cancellationToken).ConfigureAwait(false)) return;
            if (await EnterAsync(key, isShared, requester, cancellationToken).ConfigureAwait(false) is not { } place) continue;
            if (TryStart(key, isShared, isRepeated, place, run) is { } started)
            {
                await SendAsync("miss", started, response, cancellationToken).ConfigureAwait(false);
                return;
            }

            place.Dispose();
        }
    }

    private static async Task SendAsync(string outcome, SharedAnswer.Reader reader, PipeWriter response, CancellationToken cancellationToken)
    {
        PackCacheInstruments.Answered(outcome);
        await using (reader.ConfigureAwait(false))
        {
            await reader.CopyToAsync(response, cancellationToken).ConfigureAwait(false);
        }

        if (outcome != "miss") PackCacheInstruments.Spared.Add(reader.Position);
    }

    private async Task<bool> TrySendKeptAsync(PackKey key, PipeWriter response, CancellationToken cancellationToken)
    {
        if (store.TryOpen(key) is not { } kept) return false;
        using (kept.File)
        {
            if (!await AnswerReading.TrySendAsync(kept.File, kept.Length, store.Threads, response, cancellationToken).ConfigureAwait(false))
            {
                store.Drop(key);
                return false;
            }
        }

        PackCacheInstruments.Answered("hit");
        PackCacheInstruments.Spared.Add(kept.Length);
        return true;
    }

    private SharedAnswer.Reader? TryJoin(PackKey key)
    {
        lock (_gate) return _running.TryGetValue(key, out var answer) ? answer.TryJoin() : null;
    }

    /// <summary>
    /// Waits for a place of one's own, not in the queue of whoever asked first; null when meanwhile somebody else who asks the
    /// same got one.
    /// </summary>
    private async ValueTask<IGitPlace?> EnterAsync(PackKey key, bool isShared, Requester requester, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var entering = limiter.EnterAsync(key.Repository, requester, GitWork.Fetch, giveUp.Token);
        if (entering.IsCompleted || !isShared) return await entering.ConfigureAwait(false);
        var waiting = entering.AsTask();
        using var announcement = _announcements.Watch(key);
        bool isRunning;
        lock (_gate) isRunning = _running.TryGetValue(key, out var answer) && answer.IsOpen;
        if (isRunning || await Task.WhenAny(waiting, announcement.Started).ConfigureAwait(false) != waiting)
        {
            await giveUp.CancelAsync().ConfigureAwait(false);
            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!waiting.IsCompletedSuccessfully) return null;
        }

        return await waiting.ConfigureAwait(false);
    }

    /// <summary>Null when somebody else started the same meanwhile, or its answer was kept.</summary>
    private SharedAnswer.Reader? TryStart(
        PackKey key, bool isShared, bool isRepeated, IGitPlace place, Func<PipeWriter, CancellationToken, Task> run)
    {
        SharedAnswer answer;
        SharedAnswer.Reader? reader;
        lock (_gate)
        {
            if (isShared && ((_running.TryGetValue(key, out var other) && other.IsOpen) || store.Has(key))) return null;
            answer = new SharedAnswer(store, _windows, options.Value.JoinWindow, place, time);
            reader = answer.TryJoin();
            if (isShared) _running[key] = answer;
        }

        answer.Start(isRepeated, isShared && !_recent.IsTooLarge(key), run, file => store.TryKeep(key, file), () => Ended(key, answer));
        if (answer.IsOpen) _announcements.Announce(key);
        return reader;
    }

    private void Ended(PackKey key, SharedAnswer answer)
    {
        if (!store.Fits(answer.Length)) _recent.MarkTooLarge(key);
        lock (_gate)
        {
            if (_running.TryGetValue(key, out var running) && running == answer) _running.Remove(key);
        }
    }
}
