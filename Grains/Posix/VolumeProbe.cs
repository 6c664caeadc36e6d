using Granary.Repositories;

namespace Granary.Grains.Posix;

/// <summary>Asks a volume whether it takes writes.</summary>
public static class VolumeProbe
{
    /// <summary>Writes a small file durably and removes it; what is wrong, null when nothing is.</summary>
    public static VolumeFault? Try(string folder)
    {
        var path = Path.Combine(folder, $"ready-{Guid.NewGuid():N}.tmp");
        try
        {
            try
            {
                DurableFiles.WriteNew(path, "ready\n"u8.ToArray());
            }
            finally
            {
                File.Delete(path);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return VolumeFaults.Of(exception);
        }
    }
}
