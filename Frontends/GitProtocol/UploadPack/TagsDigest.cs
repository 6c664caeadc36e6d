using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>
/// All that <c>include-tag</c> looks at: the tags of a snapshot. A push to a branch leaves it as it is, so that packs of other
/// commits stay good. Computed once a snapshot.
/// </summary>
internal static class TagsDigest
{
    private static readonly ConditionalWeakTable<RefSnapshot, byte[]> Digests = [];

    public static ReadOnlyMemory<byte> Of(RefSnapshot refs) => Digests.GetValue(refs, Compute);

    private static byte[] Compute(RefSnapshot refs)
    {
        var first = refs.LowerBound("refs/tags/"u8);
        var end = refs.LowerBound("refs/tags0"u8); // '0' follows '/'.
        if (first == end) return SHA256.HashData([]);
        return SHA256.HashData(refs.Packed[refs.LinesOf(first).Start.Value..refs.LinesOf(end - 1).End.Value]);
    }
}
