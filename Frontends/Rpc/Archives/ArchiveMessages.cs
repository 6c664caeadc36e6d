using Google.Protobuf;
using Granary.Git.Archives;

namespace Granary.Frontends.Rpc.Archives;

/// <summary>Archives as the API shows them.</summary>
internal static class ArchiveMessages
{
    public static ArchiveWish WishOf(V1.GetArchiveRequest request) => new(
        request.Revision, FormatOf(request.Format), request.HasPrefix ? request.Prefix : null, Arguments.Path(request.Path, request.RawPath));

    public static V1.GetArchiveResponse From(Archive archive) => new()
    {
        Info = new V1.ArchiveInfo
        {
            Format = (V1.ArchiveFormat)archive.Format,
            FileName = archive.FileName,
            CommitId = archive.Commit.ToString(),
            Prefix = archive.Prefix,
        },
    };

    public static V1.GetArchiveResponse From(ReadOnlySpan<byte> piece) => new() { Data = ByteString.CopyFrom(piece) };

    private static ArchiveFormat FormatOf(V1.ArchiveFormat format) => format switch
    {
        V1.ArchiveFormat.Unspecified or V1.ArchiveFormat.Zip => ArchiveFormat.Zip,
        V1.ArchiveFormat.Tar => ArchiveFormat.Tar,
        V1.ArchiveFormat.TarGz => ArchiveFormat.TarGzip,
        _ => throw Arguments.Invalid("There is no such format of archives.", "format"),
    };
}
