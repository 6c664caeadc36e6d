using Granary.Git.Reading;

namespace Granary.Frontends.Rpc.Blobs;

/// <summary>Files as the API shows them.</summary>
internal static class BlobMessages
{
    public static V1.BlobInfo From(BlobInfo info, bool isTooLarge = false) => new()
    {
        BlobId = info.Id.ToString(),
        Size = info.Size,
        Mode = info.Mode == 0 ? "" : ModeOf(info.Mode),
        Binary = info.IsBinary,
        Encoding = info.Encoding ?? "",
        TooLarge = isTooLarge,
    };

    /// <summary>As git writes it.</summary>
    public static string ModeOf(int mode) => Convert.ToString(mode, 8).PadLeft(6, '0');
}
