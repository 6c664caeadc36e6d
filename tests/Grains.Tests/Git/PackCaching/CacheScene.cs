using System.Buffers;
using System.IO.Pipelines;
using Granary.Git;
using Granary.Grains.Git;
using Granary.Grains.Git.Packs.Cache;
using Granary.Grains.Git.Processes;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Granary.Grains.Tests.Git.PackCaching;

/// <summary>A pack cache on a folder of its own, and gits that a test makes speak and end.</summary>
internal sealed class CacheScene : IDisposable
{
    public const int Kilo = 1024;

    private readonly TemporaryFolder _folder = new();
    private readonly BlockingWork _threads = new(2);

    public CacheScene(Action<PackCacheOptions>? configure = null, GitOptions? git = null)
    {
        Options = new PackCacheOptions { Path = _folder.File("packs"), MinFreeSpace = 0 };
        configure?.Invoke(Options);
        var wrapped = Microsoft.Extensions.Options.Options.Create(Options);
        Store = new AnswerStore(wrapped, Time, _threads, NullLogger<AnswerStore>.Instance);
        Limiter = new ProcessLimiter(Microsoft.Extensions.Options.Options.Create(git ?? new GitOptions()), Time);
        Cache = new PackCache(Store, Limiter, wrapped, Time);
    }

    public PackCacheOptions Options { get; }

    public FakeTimeProvider Time { get; } = new();

    public AnswerStore Store { get; }

    public ProcessLimiter Limiter { get; }

    public PackCache Cache { get; }

    /// <summary>All gits that were started.</summary>
    public List<FakeGit> Gits { get; } = [];

    public string[] Files => Directory.Exists(Options.Path) ? Directory.GetFiles(Options.Path) : [];

    public static PackKey Key(string name, RepositoryId? repository = null) => new(repository ?? Repository, name);

    public static RepositoryId Repository { get; } = RepositoryId.New();

    /// <summary>An answer of this length that ends as it must.</summary>
    public static byte[] Answer(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        "0000"u8.CopyTo(bytes.AsSpan(length - 4));
        return bytes;
    }

    /// <summary>A client that takes what comes as long as it is not told to stop.</summary>
    public Client Ask(PackKey key, string user = "u", bool isShared = true, bool isSlow = false, bool isClone = false)
    {
        var client = new Client(isSlow);
        client.Asking = RunAsync();
        return client;

        async Task RunAsync()
        {
            try
            {
                await Cache.ServeAsync(key, isShared, isClone, new Requester(user), RunGitAsync, client.Writer, client.Gone);
            }
            finally
            {
                await client.Writer.CompleteAsync();
            }
        }
    }

    /// <summary>Asks, lets git say the answer if one is started, and reads all.</summary>
    public async Task<byte[]> FetchAsync(PackKey key, byte[] answer, bool isClone = false)
    {
        var before = Gits.Count;
        var client = Ask(key, isClone: isClone);
        if (Gits.Count > before) await Gits[^1].SayAllAsync(answer);
        return await client.ReadAllAsync();
    }

    public void Dispose()
    {
        _threads.Dispose();
        _folder.Dispose();
    }

    private async Task RunGitAsync(PipeWriter output, CancellationToken stop)
    {
        var git = new FakeGit(output, stop);
        Gits.Add(git);
        await git.Ended.WaitAsync(stop);
    }
}

/// <summary>Stands for git: says what it is told to.</summary>
internal sealed class FakeGit(PipeWriter output, CancellationToken stop)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => _ended.Task;

    public bool IsStopped => stop.IsCancellationRequested;

    /// <summary>In pieces as git's are; ends when they are taken.</summary>
    public async Task SayAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var piece = bytes[..Math.Min(bytes.Length, 50_000)];
            piece.CopyTo(output.GetMemory(64 << 10));
            output.Advance(piece.Length);
            await output.FlushAsync(stop);
            bytes = bytes[piece.Length..];
        }
    }

    public async Task SayAllAsync(ReadOnlyMemory<byte> bytes)
    {
        await SayAsync(bytes);
        End();
    }

    public void End() => _ended.TrySetResult();

    public void Fail(Exception fault) => _ended.TrySetException(fault);
}

/// <summary>The client's end of an answer.</summary>
internal sealed class Client : IDisposable
{
    private readonly Pipe _pipe;
    private readonly CancellationTokenSource _gone = new();
    private readonly ArrayBufferWriter<byte> _taken = new();

    public Client(bool isSlow) => _pipe = new Pipe(new PipeOptions(pauseWriterThreshold: isSlow ? 1 : 0, resumeWriterThreshold: isSlow ? 1 : 0, useSynchronizationContext: false));

    public PipeWriter Writer => _pipe.Writer;

    public CancellationToken Gone => _gone.Token;

    public Task Asking { get; set; } = Task.CompletedTask;

    public void Leave() => _gone.Cancel();

    public void Dispose() => _gone.Dispose();

    /// <summary>Takes at least so many bytes.</summary>
    public async Task TakeAsync(int bytes)
    {
        while (_taken.WrittenCount < bytes && await TakeSomeAsync())
        {
        }
    }

    /// <summary>The whole answer.</summary>
    public async Task<byte[]> ReadAllAsync()
    {
        while (await TakeSomeAsync())
        {
        }

        await Asking.WaitAsync(TimeSpan.FromSeconds(20));
        return _taken.WrittenSpan.ToArray();
    }

    private async Task<bool> TakeSomeAsync()
    {
        var result = await _pipe.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        foreach (var segment in result.Buffer) _taken.Write(segment.Span);
        _pipe.Reader.AdvanceTo(result.Buffer.End);
        return !result.IsCompleted;
    }
}
