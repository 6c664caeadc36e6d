using Granary.Frontends.Http.Health;
using Granary.Repositories;
using Granary.Silo.Hosting;

namespace Granary.Silo.Health;

/// <summary>Writes and fsyncs a small file on the repository volume.</summary>
internal sealed class VolumeCheck(GranaryOptions options) : IReadinessCheck
{
    private readonly Lock _gate = new();
    private Task<string?>? _running;

    public string Name => "volume";

    /// <summary>One probe at a time: on a volume that hangs, each would hold a thread for as long as it hangs.</summary>
    public Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_running is null or { IsCompleted: true }) _running = Task.Run(Probe, CancellationToken.None);
            return _running;
        }
    }

    private string? Probe()
    {
        var path = Path.Combine(options.DataPath, "repositories", $"ready-{Guid.NewGuid():N}.tmp");
        try
        {
            try
            {
                using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
                RandomAccess.Write(file, "ready\n"u8, 0);
                RandomAccess.FlushToDisk(file);
            }
            finally
            {
                File.Delete(path);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return VolumeFaults.Of(exception).Describe() + ".";
        }
    }
}
