using Granary.Frontends.Rpc.History;
using Granary.Git.Reading;
using Granary.Repositories;
using Granary.V1;

namespace Granary.Frontends.Rpc.Refs;

/// <summary>Branches and tags as the API shows them.</summary>
internal static class RefMessages
{
    public static Branch Branch(string name, RefTip tip, RefSnapshot refs) => new()
    {
        Name = name,
        Commit = tip.Commit is { } commit ? HistoryMessages.From(commit) : null,
        Default = refs.HeadTarget == "refs/heads/" + name,
    };

    public static Tag Tag(string name, RefTip tip) => new()
    {
        Name = name,
        ObjectId = tip.Id.ToString(),
        TargetId = tip.TargetId.ToString(),
        TargetKind = tip.TargetKind,
        Commit = tip.Commit is { } commit ? HistoryMessages.From(commit) : null,
        Annotation = tip.Tag is { } text ? From(text) : null,
    };

    private static TagAnnotation From(TagText text) => new()
    {
        Tagger = text.Tagger is { } tagger ? HistoryMessages.From(tagger) : null,
        Message = text.Message,
        MessageCut = text.IsCut,
        Signature = text.Signature is { } signature ? HistoryMessages.From(signature) : null,
    };
}
