using Granary.Grains.Posix;

namespace Granary.Grains.Outbox;

/// <summary>
/// Kinds of jobs that an operator holds up: a file for each in <c>DataPath/paused</c>, so that it outlives a restart and every silo
/// that shares the volume sees it.
/// </summary>
public sealed class PausedKinds(string dataPath)
{
    private readonly string _folder = Path.Combine(dataPath, "paused");

    public bool Contains(string kind) => File.Exists(PathOf(kind));

    /// <summary>Durable when it returns.</summary>
    public void Add(string kind)
    {
        Directory.CreateDirectory(_folder);
        DurableFiles.Replace(PathOf(kind), ReadOnlyMemory<byte>.Empty);
    }

    public void Remove(string kind)
    {
        if (!Contains(kind)) return;
        File.Delete(PathOf(kind));
        DurableFiles.SyncDirectory(_folder);
    }

    private string PathOf(string kind) => Path.Combine(_folder, kind);
}
