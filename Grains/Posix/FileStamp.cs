namespace Granary.Grains.Posix;

/// <summary>What tells one version of a file from another without reading it; all zero when there is none.</summary>
internal readonly record struct FileStamp(ulong Inode, long Size, long ModifiedNanoseconds)
{
    private const int CurrentDirectory = -100;
    private const uint BasicFields = 0x7ff;

    /// <exception cref="IOException">The volume cannot be asked.</exception>
    public static unsafe FileStamp Of(string path)
    {
        Libc.StatXBuffer buffer;
        if (Libc.StatX(CurrentDirectory, path, 0, BasicFields, &buffer) == 0)
            return new FileStamp(buffer.Inode, buffer.Size, (buffer.ModifiedSeconds * 1_000_000_000) + buffer.ModifiedNanoseconds);
        var errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        return errno == Libc.NoEntry ? default : throw Libc.Error("stat", errno);
    }
}
