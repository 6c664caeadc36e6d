using Granary.Repositories;

namespace Granary.Git.Reading;

/// <summary>Reads what refs point to, many at a time.</summary>
public interface IRefTipReader
{
    /// <summary>The objects with these ids, in their order; null where there is none. What was read lately is answered from memory.</summary>
    Task<IReadOnlyList<RefTip?>> ReadAsync(RepositoryId repository, IReadOnlyList<ObjectId> ids, CancellationToken cancellationToken);
}

/// <summary>What a ref points to.</summary>
/// <param name="Id">Of the object itself.</param>
/// <param name="Kind">What it is, in git's word: <c>commit</c>, <c>tag</c>, <c>tree</c> or <c>blob</c>.</param>
/// <param name="Tag">Null: it is no tag object.</param>
/// <param name="TargetId">What it peels to; itself when it is no tag object.</param>
/// <param name="TargetKind">What that is.</param>
/// <param name="Commit">Null: that is no commit. Of the message only the beginning is there.</param>
public sealed record RefTip(ObjectId Id, string Kind, TagText? Tag, ObjectId TargetId, string TargetKind, Commit? Commit)
{
    /// <summary>By which refs are sorted: when it was tagged, else when it was committed; 0: it has no time.</summary>
    public long Seconds => Tag?.Tagger?.Seconds ?? Commit?.Committer.Seconds ?? 0;
}

/// <summary>What a tag object says.</summary>
/// <param name="Tagger">Null: it does not say who, as very old ones.</param>
/// <param name="Message">Its beginning, without a signature.</param>
/// <param name="IsCut">Whether the message is longer.</param>
/// <param name="Signature">Null: it is not signed.</param>
public sealed record TagText(Person? Tagger, string Message, bool IsCut, ObjectSignature? Signature);
