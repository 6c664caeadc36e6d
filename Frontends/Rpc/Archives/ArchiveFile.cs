using Google.Protobuf;
using Granary.Git.Archives;

namespace Granary.Frontends.Rpc.Archives;

/// <summary>What the last part of a download's address asks for: a revision, which may have slashes in it, and the ending of a format.</summary>
internal static class ArchiveFile
{
    private static readonly (string Ending, ArchiveFormat Format)[] Formats =
    [
        (".zip", ArchiveFormat.Zip),
        (".tar", ArchiveFormat.Tar),
        (".tar.gz", ArchiveFormat.TarGzip),
        (".tgz", ArchiveFormat.TarGzip),
    ];

    /// <exception cref="Errors.RefusedException">It has the ending of no format.</exception>
    public static (string Revision, ArchiveFormat Format) Parse(string file)
    {
        // Routing decodes everything but this, which may be what it stands for.
        file = file.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        foreach (var (ending, format) in Formats)
        {
            if (file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) return (file[..^ending.Length], format);
        }

        throw Arguments.Invalid("An archive is asked for as REVISION.zip, REVISION.tar, REVISION.tar.gz or REVISION.tgz.");
    }

    /// <summary>The bytes of a path, which stand in the query in base64, of either alphabet.</summary>
    public static ByteString Bytes(string? base64)
    {
        try
        {
            return base64 is null ? ByteString.Empty : ByteString.FromBase64(base64.Replace('-', '+').Replace('_', '/').PadRight((base64.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException)
        {
            throw Arguments.Invalid("This is no base64.", "raw_path");
        }
    }

    public static string MediaType(ArchiveFormat format) => format switch
    {
        ArchiveFormat.Tar => "application/x-tar",
        ArchiveFormat.TarGzip => "application/gzip",
        _ => "application/zip",
    };
}
