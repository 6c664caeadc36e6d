using System.IO.Pipelines;
using System.Net.Sockets;
using Granary.Git;
using Granary.Repositories;
using Granary.Grains.Posix;
using Granary.Grains.Git.Processes;
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
/// <param name="files">Threads for reading objects.</param>
/// <param name="options">Limits.</param>
/// <param name="time">For time-outs.</param>
/// <param name="enter">Takes a place among the heavy git processes.</param>
/// <param name="policy">What to look at; null: completeness only.</param>
/// <param name="maxCheckedCommits">The most commits that a rule looks at.</param>
/// <param name="fsckIgnore">Faults of fsck that are accepted.</param>
/// <param name="closed">Called once when the quarantine is disposed, with the size of the pack that came.</param>
internal sealed partial class Quarantine(
    GitCommand git, RepositoryPaths paths, Guid pushId, BlockingWork files, GitOptions options, TimeProvider time,
    Func<CancellationToken, ValueTask<IDisposable>> enter, RepositoryPolicy? policy, int maxCheckedCommits,
    IReadOnlyList<string> fsckIgnore, Action<long> closed) : IQuarantine
{
    private const int MaxIndexPackOutput = 4096;

    /// <summary>What index-pack prints of a pack it took; whatever the stream held after the pack follows.</summary>
    private static readonly int IndexPackLine = "pack\t".Length + HashFormat.Sha1.HexLength() + 1;

    /// <summary>How long a client whose pack was refused may send nothing before it is told.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    private readonly Reachability _reachability = new(git, time);
    private readonly string _directory = paths.Quarantine(pushId);
    private FileLock? _lock;
    private IDisposable? _place;
    private bool _disposed;
    private long _packSize;

    public bool HasObjects { get; private set; }

    /// <summary>Reads and writes of git go to the quarantine; what is not there comes from the repository.</summary>
    private string[] ObjectEnvironment => ["GIT_OBJECT_DIRECTORY=" + _directory, "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + paths.Objects];

    public async Task ReceiveAsync(PipeReader pack, PackEnd end, IPackListener? listener, CancellationToken cancellationToken)
    {
        _lock = QuarantineFiles.Create(_directory);
        var lines = listener is { WantsProgress: true } ? new ProgressLines(listener.Progress) : null;
        var process = git.Start(paths, IndexPackArguments(lines is not null), ObjectEnvironment, lines is null ? null : lines.Add);
        await using (process.ConfigureAwait(false))
        {
            using var watchdog = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            using var kill = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            using var bark = watchdog.Token.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            using var feeding = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var output = ReadOutputAsync(process, feeding);
            try
            {
                if (end == PackEnd.OfStream) await SendStreamAsync(process, pack, listener, cancellationToken).ConfigureAwait(false);
                else await SendPackAsync(process, pack, listener, feeding.Token, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                process.Kill();
                await output.ConfigureAwait(false);
                throw;
            }

            watchdog.CancelAfter(options.IndexTimeout);
            var printed = await output.ConfigureAwait(false);
            var (exitCode, error) = await process.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (watchdog.IsCancellationRequested) throw new PackRefusedException("indexing the pack took too long and was ended");
            if (exitCode != 0) throw new PackRefusedException(VolumeFaults.InText(error)?.NothingChanged() ?? ErrorText.ForClient(error, paths));
            if (printed > IndexPackLine || (end == PackEnd.OfPack && HasMore(pack))) throw new PackRefusedException("there are bytes after the end of the pack");
        }

        var packs = new DirectoryInfo(Path.Combine(_directory, "pack"));
        _packSize = packs.EnumerateFiles("pack-*.pack").Sum(static f => f.Length);
        HasObjects = PackIndex.CountObjects(packs.FullName) > 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        _place?.Dispose();
        closed(HasObjects ? _packSize : 0);
        if (_lock is null) return;
        await Task.Run(() => QuarantineFiles.Remove(_directory)).ConfigureAwait(false);
        _lock.Dispose();
    }

    /// <summary>As far as there is room in the repository: what could not be accepted is not stored first.</summary>
    private long MaxPackSize => policy is null ? options.MaxPackSize : Math.Clamp(policy.Limits.MaxRepositorySize - policy.Size, 0, options.MaxPackSize);

    private List<string> IndexPackArguments(bool progress)
    {
        List<string> arguments =
        [
            "index-pack", "--stdin", "--fix-thin",
            "--strict=" + string.Join(',', fsckIgnore.Select(static id => id + "=ignore")),
            $"--max-input-size={Math.Max(1, MaxPackSize)}",
        ];
        if (progress) arguments.Add("--show-resolving-progress");
        return arguments;
    }

    /// <summary>How many bytes git printed; cut off where there are more than it has to say. Its end ends <paramref name="feeding"/>.</summary>
    private static async Task<int> ReadOutputAsync(GitProcess process, CancellationTokenSource feeding)
    {
        try
        {
            return (await process.ReadAllAsync(MaxIndexPackOutput, CancellationToken.None).ConfigureAwait(false)).Length;
        }
        catch (InputTooLongException)
        {
            process.Kill();
            return MaxIndexPackOutput;
        }
        finally
        {
            await feeding.CancelAsync().ConfigureAwait(false);
        }
    }

    private static bool HasMore(PipeReader pack)
    {
        if (!pack.TryRead(out var result)) return false;
        pack.AdvanceTo(result.Buffer.Start);
        return !result.Buffer.IsEmpty;
    }

    /// <summary>
    /// Feeds git a pack after which the stream stays open. git may end before that: for a fault, or because the client sent
    /// more behind the pack in one go.
    /// </summary>
    private async Task SendPackAsync(
        GitProcess process, PipeReader pack, IPackListener? listener, CancellationToken whileGitRuns, CancellationToken cancellationToken)
    {
        using var trailer = new PackTrailer();
        try
        {
            await process.SendPackAsync(pack, trailer, MaxPackSize, () => EnterAsync(listener, cancellationToken), whileGitRuns).ConfigureAwait(false);
            process.CloseInput();
        }
        catch (InputTooLongException)
        {
            throw TooLarge();
        }
        catch (Exception fault) when (fault is SocketException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            await pack.DrainPackAsync(trailer, options.MaxPackSize, Quiet, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private PackRefusedException TooLarge() => new(MaxPackSize < options.MaxPackSize
        ? PushLimits.TooLarge(policy!.Size, null, policy.Limits)
        : $"the pack is larger than the limit of {options.MaxPackSize} bytes");

    /// <summary>Called with the last byte at hand, without which git cannot begin the heavy part.</summary>
    private async ValueTask EnterAsync(IPackListener? listener, CancellationToken cancellationToken)
    {
        _place = await enter(cancellationToken).ConfigureAwait(false);
        listener?.Received();
    }

    /// <summary>
    /// Feeds git a pack with which the stream ends. When git gives up early the rest is still read, bounded, so that a client that is busy sending gets to
    /// read the reason instead of a broken connection.
    /// </summary>
    private async Task SendStreamAsync(GitProcess process, PipeReader pack, IPackListener? listener, CancellationToken cancellationToken)
    {
        try
        {
            await process.SendAllAsync(pack, MaxPackSize, () => EnterAsync(listener, cancellationToken), cancellationToken).ConfigureAwait(false);
            process.CloseInput();
        }
        catch (InputTooLongException)
        {
            throw TooLarge();
        }
        catch (SocketException)
        {
            // A ReadAsync may be pending no more: SendAsync failed after a read, so the buffer is still ours to skip.
            await DrainAsync(pack, cancellationToken).ConfigureAwait(false);
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
