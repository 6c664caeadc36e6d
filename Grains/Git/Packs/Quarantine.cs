using System.IO.Pipelines;
using System.Net.Sockets;
using Granary.Git;
using Granary.Grains.Posix;
using Granary.Grains.Git.Processes;
using Granary.Repositories;
using Granary.Grains.Repositories.Policy;
using Granary.Repositories.Policy;

namespace Granary.Grains.Git.Packs;

/// <summary>
/// The object directory of one push. It holds a lock of its own while the push lives, by which a sweep tells a quarantine
/// in use from one that a dead silo left behind.
/// </summary>
/// <param name="git">Starts git.</param>
/// <param name="paths">The repository.</param>
/// <param name="pushId">Names the directory.</param>
/// <param name="options">Limits.</param>
/// <param name="time">For time-outs.</param>
/// <param name="enter">Takes a place among the heavy git processes.</param>
/// <param name="policy">What to look at; null: completeness only.</param>
/// <param name="maxCheckedCommits">The most commits that a rule looks at.</param>
/// <param name="closed">Called once when the quarantine is disposed, with the size of the pack that came.</param>
internal sealed partial class Quarantine(
    GitCommand git, RepositoryPaths paths, Guid pushId, GitOptions options, TimeProvider time,
    Func<CancellationToken, ValueTask<IDisposable>> enter, RepositoryPolicy? policy, int maxCheckedCommits, Action<long> closed) : IQuarantine
{
    private const int MaxIndexPackOutput = 4096;

    private readonly Reachability _reachability = new(git, time);
    private readonly string _directory = paths.Quarantine(pushId);
    private FileLock? _lock;
    private IDisposable? _place;
    private bool _disposed;
    private long _received;

    public bool HasObjects { get; private set; }

    /// <summary>Reads and writes of git go to the quarantine; what is not there comes from the repository.</summary>
    private string[] ObjectEnvironment => ["GIT_OBJECT_DIRECTORY=" + _directory, "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + paths.Objects];

    public async Task ReceiveAsync(PipeReader pack, IPackListener? listener, CancellationToken cancellationToken)
    {
        _lock = QuarantineFiles.Create(_directory);
        var lines = listener is { WantsProgress: true } ? new ProgressLines(listener.Progress) : null;
        var process = git.Start(paths, IndexPackArguments(lines is not null), ObjectEnvironment, lines is null ? null : lines.Add);
        await using (process.ConfigureAwait(false))
        {
            using var watchdog = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            using var kill = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            using var bark = watchdog.Token.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            var output = process.ReadAllAsync(MaxIndexPackOutput, CancellationToken.None);
            await SendPackAsync(process, pack, listener, cancellationToken).ConfigureAwait(false);
            watchdog.CancelAfter(options.IndexTimeout);
            _ = await output.ConfigureAwait(false);
            var (exitCode, error) = await process.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (watchdog.IsCancellationRequested) throw new PackRefusedException("indexing the pack took too long and was ended");
            if (exitCode != 0) throw new PackRefusedException(VolumeFaults.InText(error)?.NothingChanged() ?? ErrorText.ForClient(error, paths));
        }

        HasObjects = PackIndex.CountObjects(Path.Combine(_directory, "pack")) > 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        _place?.Dispose();
        closed(HasObjects ? _received : 0);
        if (_lock is null) return;
        await Task.Run(() => QuarantineFiles.Remove(_directory)).ConfigureAwait(false);
        _lock.Dispose();
    }

    /// <summary>As far as there is room in the repository: what could not be accepted is not stored first.</summary>
    private long MaxPackSize => policy is null ? options.MaxPackSize : Math.Clamp(policy.Limits.MaxRepositorySize - policy.Size, 0, options.MaxPackSize);

    private List<string> IndexPackArguments(bool progress)
    {
        IEnumerable<string> ignored = options.FsckIgnore.Count > 0 ? options.FsckIgnore : GitOptions.DefaultFsckIgnore;
        List<string> arguments =
        [
            "index-pack", "--stdin", "--fix-thin",
            "--strict=" + string.Join(',', ignored.Select(static id => id + "=ignore")),
            $"--max-input-size={Math.Max(1, MaxPackSize)}",
        ];
        if (progress) arguments.Add("--show-resolving-progress");
        return arguments;
    }

    /// <summary>
    /// Feeds git. When git gives up early the rest is still read, bounded, so that a client that is busy sending gets to
    /// read the reason instead of a broken connection.
    /// </summary>
    private async Task SendPackAsync(GitProcess process, PipeReader pack, IPackListener? listener, CancellationToken cancellationToken)
    {
        try
        {
            _received = await process.SendAllAsync(pack, MaxPackSize, EnterAsync, cancellationToken).ConfigureAwait(false);
            process.CloseInput();
        }
        catch (InputTooLongException)
        {
            throw new PackRefusedException(MaxPackSize < options.MaxPackSize
                ? PushLimits.TooLarge(policy!.Size, null, policy.Limits)
                : $"the pack is larger than the limit of {options.MaxPackSize} bytes");
        }
        catch (SocketException)
        {
            // A ReadAsync may be pending no more: SendAsync failed after a read, so the buffer is still ours to skip.
            await DrainAsync(pack, cancellationToken).ConfigureAwait(false);
        }

        // Called with the last byte at hand, without which git cannot begin the heavy part.
        async ValueTask EnterAsync()
        {
            _place = await enter(cancellationToken).ConfigureAwait(false);
            listener?.Received();
        }
    }

    private async Task DrainAsync(PipeReader pack, CancellationToken cancellationToken)
    {
        var drained = 0L;
        while (drained <= options.MaxPackSize)
        {
            if (!pack.TryRead(out var result)) result = await pack.ReadAsync(cancellationToken).ConfigureAwait(false);
            drained += result.Buffer.Length;
            pack.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return;
        }
    }

    /// <summary>Passes on git's progress and nothing else of its standard error, which may name paths.</summary>
    private sealed class ProgressLines(Action<ReadOnlyMemory<byte>> progress)
    {
        private readonly List<byte> _line = [];

        public void Add(ReadOnlyMemory<byte> text)
        {
            foreach (var c in text.Span)
            {
                if (_line.Count < 256) _line.Add(c);
                if (c is not ((byte)'\r' or (byte)'\n')) continue;
                var line = _line.ToArray();
                _line.Clear();
                if (line.AsSpan().StartsWith("Resolving deltas"u8)) progress(line);
            }
        }
    }
}
