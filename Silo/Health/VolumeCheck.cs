using Granary.Frontends.Http.Health;
using Granary.Silo.Hosting;

namespace Granary.Silo.Health;

/// <summary>Writes and fsyncs a small file on the repository volume.</summary>
internal sealed class VolumeCheck(GranaryOptions options) : IReadinessCheck
{
    public string Name => "volume";

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var path = Path.Combine(options.DataPath, $"ready-{Guid.NewGuid():N}.tmp");
            try
            {
                using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
                {
                    RandomAccess.Write(file, "ready\n"u8, 0);
                    RandomAccess.FlushToDisk(file);
                }

                File.Delete(path);
                return null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return "the data folder cannot be written.";
            }
        },
        cancellationToken);
}
