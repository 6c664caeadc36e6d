namespace Granary.Repositories;

/// <summary>Why a volume does not do what it was asked.</summary>
public enum VolumeFault
{
    /// <summary>It reports errors, or the reason is not known.</summary>
    Failing = 0,

    /// <summary>No space, no inodes, or over the quota of the file system.</summary>
    Full = 1,
    ReadOnly = 2,
}

/// <summary>git failed because of the volume; stays within a silo.</summary>
public sealed class VolumeException(VolumeFault fault) : IOException(fault.Describe())
{
    public VolumeFault Fault { get; } = fault;
}

/// <summary>Finds a volume's fault in what the operating system, .NET and git say of it, and says it to users.</summary>
public static class VolumeFaults
{
    private const int InputOutputError = 5;
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int StaleHandle = 116;
    private const int QuotaExceeded = 122;

    /// <summary>What a user can do nothing about is said without "please try again".</summary>
    public static string Describe(this VolumeFault fault) => fault switch
    {
        VolumeFault.Full => "no space left on the server's volume",
        VolumeFault.ReadOnly => "the server's volume is read-only",
        _ => "the server's volume fails to read or write",
    };

    /// <summary>The refusal of a change that certainly did not happen.</summary>
    public static string NothingChanged(this VolumeFault fault) => fault.Describe() + "; nothing was changed";

    /// <summary>The fault behind an exception of file work.</summary>
    public static VolumeFault Of(Exception exception) => Find(exception) ?? VolumeFault.Failing;

    /// <summary>The fault that an exception or one of its causes tells of; null when they tell of none.</summary>
    public static VolumeFault? Find(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException!)
        {
            var fault = cause switch
            {
                VolumeException volume => volume.Fault,
                RepositoryUnavailableException repository => repository.Fault,
                StorageUnavailableException storage => storage.Fault,
                _ => OfErrno(cause.HResult),
            };
            if (fault is not null) return fault;
        }

        return null;
    }

    /// <summary>The fault that git's last words tell of, in the C locale; null when they tell of none.</summary>
    public static VolumeFault? InText(string standardError)
    {
        return Says("No space left on device") || Says("Disk quota exceeded") || Says("Out of diskspace") ? VolumeFault.Full
            : Says("Read-only file system") ? VolumeFault.ReadOnly
            : Says("Input/output error") || Says("Stale file handle") ? VolumeFault.Failing
            : null;

        bool Says(string text) => standardError.Contains(text, StringComparison.Ordinal);
    }

    // The runtime hands the system's error number on as HResult where it has no exception of its own for it.
    private static VolumeFault? OfErrno(int errno) => errno switch
    {
        NoSpace or QuotaExceeded => VolumeFault.Full,
        ReadOnlyFileSystem => VolumeFault.ReadOnly,
        InputOutputError or StaleHandle => VolumeFault.Failing,
        _ => null,
    };
}
