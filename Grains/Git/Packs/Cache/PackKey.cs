using System.Buffers.Binary;
using System.Security.Cryptography;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Grains.Git.Packs.Cache;

/// <summary>Names an answer: the repository, and a SHA-256 over all that shapes it.</summary>
/// <remarks>Grafts and replacements do not: git runs without them. A shallow repository's requests are not shared.</remarks>
internal readonly record struct PackKey(RepositoryId Repository, string Digest)
{
    public static PackKey Of(RepositoryId repository, SharedFetch fetch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, fetch.Request.Length);
        hash.AppendData(length);
        hash.AppendData(fetch.Request.Span);
        hash.AppendData(fetch.Refs.Span);
        return new PackKey(repository, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
