namespace Granary.Grains.Repositories.Policy;

/// <summary>
/// How many bytes a repository's packs take. The folder is read again only after its time of change is another: every pack that
/// comes or goes changes that, whoever moves it. For any thread.
/// </summary>
internal sealed class PackFolder(string path)
{
    private readonly Lock _gate = new();
    private DateTime _changedAt;
    private long _size;

    /// <summary>Blocks.</summary>
    public long Measure()
    {
        lock (_gate)
        {
            var changedAt = Directory.GetLastWriteTimeUtc(path);
            if (changedAt != _changedAt) (_changedAt, _size) = (changedAt, SizeOf(path));
            return _size;
        }
    }

    /// <summary>
    /// The size after a push of <paramref name="bytes"/> was moved in, cheaper than reading a folder of thousands after each.
    /// Whoever measured since <paramref name="before"/> may have counted part of it: then the folder is read.
    /// </summary>
    public long Add(long before, long bytes)
    {
        lock (_gate)
        {
            if (_size != before) return Measure();
            _changedAt = Directory.GetLastWriteTimeUtc(path);
            return _size += bytes;
        }
    }

    /// <summary>The bytes of the files in a folder; 0 if there is none.</summary>
    public static long SizeOf(string folder)
    {
        if (!Directory.Exists(folder)) return 0;
        var total = 0L;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            try
            {
                total += file.Length;
            }
            catch (FileNotFoundException)
            {
                // A repack removed it meanwhile; the time of change tells the next call.
            }
        }

        return total;
    }
}
