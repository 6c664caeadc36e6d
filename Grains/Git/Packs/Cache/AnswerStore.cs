using System.Globalization;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace Granary.Grains.Git.Packs.Cache;

/// <summary>
/// The folder of kept answers: bounded in bytes, the one that was not used for longest going first. What is in it is known by
/// this process's memory alone, so nothing that was left by another one is ever served.
/// </summary>
internal sealed partial class AnswerStore(
    IOptions<PackCacheOptions> options, TimeProvider time, [FromKeyedServices(AnswerStore.ThreadsKey)] BlockingWork threads, ILogger<AnswerStore> logger)
{
    public const string ThreadsKey = "granary-packs";

    private readonly PackCacheOptions _options = options.Value;
    private readonly string _prefix = Guid.NewGuid().ToString("N")[..8];
    private readonly Lock _gate = new();
    private readonly Dictionary<PackKey, LinkedListNode<Kept>> _kept = [];
    private readonly LinkedList<Kept> _byUse = new();
    private DriveInfo? _volume;
    private long _size;
    private long _files;

    public BlockingWork Threads { get; } = threads;

    public bool IsOn => _options.MaxSize > 0;

    /// <summary>Whether an answer of this length can be kept at all.</summary>
    public bool Fits(long length) => length <= _options.MaxSize / 2;

    /// <summary>Removes what other processes left; what this one makes has names of its own.</summary>
    public void RemoveLeftovers()
    {
        if (!Directory.Exists(_options.Path)) return;
        foreach (var file in Directory.EnumerateFiles(_options.Path, "*.answer"))
        {
            if (!Path.GetFileName(file).StartsWith(_prefix, StringComparison.Ordinal)) File.Delete(file);
        }
    }

    /// <summary>A new, empty file; null when the volume gives none.</summary>
    public AnswerFile? TryCreate()
    {
        var path = Path.Combine(_options.Path, string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{Interlocked.Increment(ref _files)}.answer"));
        try
        {
            Directory.CreateDirectory(_options.Path);
            _volume ??= new DriveInfo(_options.Path);
            return new AnswerFile(this, path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogVolumeFailed(fault);
            return null;
        }
    }

    /// <summary>Adds to a file's end; false when there is no room for it, or the volume failed.</summary>
    public async Task<bool> TryAppendAsync(AnswerFile file, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return await file.TryAppendAsync(bytes).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogVolumeFailed(fault);
            return false;
        }
    }

    /// <summary>Books space for a file that grows, for which others may have to go.</summary>
    public bool TryBook(long length, int more)
    {
        if (!Fits(length + more)) return false;
        var removed = new List<string>();
        lock (_gate)
        {
            var free = FreeSpace();
            var isFull = false;
            while (!isFull && (_size + more > _options.MaxSize || free - more < _options.MinFreeSpace))
            {
                isFull = _byUse.First is null;
                if (_byUse.First is { } oldest) free += Evict(oldest, "space", removed);
            }

            if (!isFull) Book(more);
            more = isFull ? 0 : more;
        }

        removed.ForEach(Delete);
        return more > 0;
    }

    /// <summary>Makes a complete file known.</summary>
    public bool TryKeep(PackKey key, AnswerFile file)
    {
        var removed = new List<string>();
        lock (_gate)
        {
            if (_kept.TryGetValue(key, out var old))
            {
                if (!IsOld(old.Value)) return false;
                Evict(old, "age", removed);
            }

            _kept[key] = _byUse.AddLast(new Kept(key, file.Path, file.Length, time.GetUtcNow()));
        }

        removed.ForEach(Delete);
        return true;
    }

    public bool Has(PackKey key)
    {
        lock (_gate) return _kept.TryGetValue(key, out var node) && !IsOld(node.Value);
    }

    /// <summary>The answer as it was kept, for reading; null when there is none.</summary>
    public (SafeFileHandle File, long Length)? TryOpen(PackKey key)
    {
        Kept kept;
        lock (_gate)
        {
            if (!_kept.TryGetValue(key, out var node) || IsOld(node.Value)) return null;
            kept = node.Value;
            _byUse.Remove(node);
            _byUse.AddLast(node);
        }

        try
        {
            var file = File.OpenHandle(kept.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(file) == kept.Length) return (file, kept.Length);
            file.Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogVolumeFailed(fault);
        }

        Drop(key, kept.Path);
        return null;
    }

    /// <summary>It cannot be read: nobody is given it any more.</summary>
    public void Drop(PackKey key, string? path = null) =>
        EvictAll(kept => kept.Key == key && (path is null || kept.Path == path), "fault");

    /// <summary>Removes what is too old, what belongs to repositories that are gone, and what others need the space of.</summary>
    public void Sweep(Func<RepositoryId, bool> exists)
    {
        List<RepositoryId> repositories;
        lock (_gate) repositories = [.. _byUse.Select(static kept => kept.Key.Repository).Distinct()];
        var gone = repositories.Where(id => !exists(id)).ToHashSet();
        EvictAll(kept => gone.Contains(kept.Key.Repository), "gone");
        EvictAll(IsOld, "age");
        var lacking = _options.MinFreeSpace - FreeSpace();
        EvictAll(MakesRoom, "space");

        bool MakesRoom(Kept kept)
        {
            if (lacking <= 0) return false;
            lacking -= kept.Length;
            return true;
        }
    }

    /// <summary>Unlinks a file and gives back its space; whoever reads it reads on.</summary>
    public void Remove(string path, long length)
    {
        Delete(path);
        lock (_gate) Book(-length);
    }

    private void EvictAll(Func<Kept, bool> mayGo, string reason)
    {
        var removed = new List<string>();
        lock (_gate)
        {
            for (var node = _byUse.First; node is not null;)
            {
                var next = node.Next;
                if (mayGo(node.Value)) Evict(node, reason, removed);
                node = next;
            }
        }

        removed.ForEach(Delete);
    }

    private void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogVolumeFailed(fault);
        }
    }

    private bool IsOld(Kept kept) => time.GetUtcNow() - kept.At > _options.MaxAge;

    private void Book(long change)
    {
        _size += change;
        PackCacheInstruments.Size.Add(change);
    }

    /// <summary>Called under the gate; the caller unlinks the file after it, which may take a while. Returns the bytes that it gives back.</summary>
    private long Evict(LinkedListNode<Kept> node, string reason, List<string> removed)
    {
        _byUse.Remove(node);
        _kept.Remove(node.Value.Key);
        removed.Add(node.Value.Path);
        PackCacheInstruments.Evicted(reason);
        Book(-node.Value.Length);
        return node.Value.Length;
    }

    private long FreeSpace()
    {
        try
        {
            return _volume?.AvailableFreeSpace ?? long.MaxValue;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private readonly record struct Kept(PackKey Key, string Path, long Length, DateTimeOffset At);
}
