using Google.Protobuf;
using Granary.Git.Reading;

namespace Granary.Frontends.Rpc;

/// <summary>Paths of repositories as the API shows them: a string, and its bytes where that does not have them all.</summary>
internal static class GitPathExtensions
{
    /// <summary>What a field <c>raw_path</c> has: nothing of a path in UTF-8.</summary>
    public static ByteString Raw(this GitPath path) => path.IsUtf8 ? ByteString.Empty : ByteString.CopyFrom(path.Bytes.Span);
}
