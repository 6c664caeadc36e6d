namespace Granary.Grains.Git.Committing;

/// <summary>A file without a name: whatever ends the process, nothing of it is left.</summary>
internal static class SpoolFile
{
    private const int BufferSize = 64 << 10;

    /// <param name="folder">Which volume it lies on; made if it is missing.</param>
    public static FileStream Create(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.spool");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize);
        File.Delete(path);
        return file;
    }
}
