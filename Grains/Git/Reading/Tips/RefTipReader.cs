using Granary.Git.Reading;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Text;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Tips;

/// <inheritdoc cref="IRefTipReader"/>
internal sealed class RefTipReader(ReaderPool readers, IOptions<ReadingOptions> options) : IRefTipReader
{
    /// <summary>Bytes of a message: the list of refs shows its beginning.</summary>
    private const int MaxMessage = 4 << 10;

    private readonly TipCache _cache = new(options.Value.TipCacheSize);

    public async Task<IReadOnlyList<RefTip?>> ReadAsync(RepositoryId repository, IReadOnlyList<ObjectId> ids, CancellationToken cancellationToken)
    {
        var tips = new RefTip?[ids.Count];
        var missing = new List<int>();
        for (var i = 0; i < tips.Length; i++)
        {
            if (_cache.TryGet(repository, ids[i], out var tip)) tips[i] = tip;
            else missing.Add(i);
        }

        if (missing.Count == 0) return tips;
        return await readers.ReadAsync(
            ReadKind.Commit, repository,
            (handle, token) =>
            {
                foreach (var i in missing)
                {
                    token.ThrowIfCancellationRequested();
                    tips[i] = Read(handle, ids[i]);
                    if (tips[i] is { } tip) _cache.Add(repository, tip);
                }

                return tips;
            },
            cancellationToken);
    }

    private static RefTip? Read(ReadHandle handle, ObjectId id)
    {
        if (handle.Objects.TryReadHeader(id) is not { } header) return null;
        if (header.Kind != ObjectKind.Tag) return new RefTip(id, NameOf(header.Kind), null, id, NameOf(header.Kind), CommitOf(handle, id, header.Kind));
        TagText text;
        using (var tag = handle.Read(id, ObjectKind.Tag)) text = Parse(tag.Data);
        return handle.Unwrap(id) is { } target
            ? new RefTip(id, NameOf(ObjectKind.Tag), text, target.Id, NameOf(target.Kind), CommitOf(handle, target.Id, target.Kind))
            : null;
    }

    private static Commit? CommitOf(ReadHandle handle, ObjectId id, ObjectKind kind)
    {
        if (kind != ObjectKind.Commit) return null;
        using var raw = handle.Read(id, ObjectKind.Commit);
        return CommitParser.Parse(id, raw.Data, MaxMessage);
    }

    /// <summary>https://git-scm.com/docs/git-mktag; a signature stands at the end of the message.</summary>
    private static TagText Parse(ReadOnlySpan<byte> raw)
    {
        ReadOnlySpan<byte> tagger = default, encodingName = default;
        var headers = new ObjectHeaders(raw);
        while (headers.MoveNext())
        {
            if (headers.Name.SequenceEqual("tagger"u8)) tagger = headers.Value;
            else if (headers.Name.SequenceEqual("encoding"u8)) encodingName = headers.Value;
        }

        var message = headers.Rest;
        var at = SignatureKey.Find(message);
        var signature = at < 0 ? null : SignatureKey.Read(message[at..]);
        if (at >= 0) message = message[..at];
        var encoding = CommitEncoding.Find(encodingName);
        var isCut = message.Length > MaxMessage;
        return new TagText(
            tagger.IsEmpty ? null : CommitParser.ReadPerson(tagger, encoding),
            CommitEncoding.Decode(encoding, isCut ? message[..MaxMessage] : message), isCut, signature);
    }

    private static string NameOf(ObjectKind kind) => kind switch
    {
        ObjectKind.Commit => "commit",
        ObjectKind.Tree => "tree",
        ObjectKind.Blob => "blob",
        _ => "tag",
    };
}
