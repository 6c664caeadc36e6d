using Google.Protobuf.WellKnownTypes;
using Granary.Frontends.Rpc.Paging;
using Granary.Git.Reading;
using Granary.Git.Reading.History;
using Granary.V1;

namespace Granary.Frontends.Rpc.History;

/// <summary>Commits as the API shows them.</summary>
internal static class HistoryMessages
{
    public static V1.Commit From(Granary.Git.Reading.Commit commit) => new()
    {
        CommitId = commit.Id.ToString(),
        TreeId = commit.Tree.ToString(),
        ParentIds = { commit.Parents.Select(static p => p.ToString()) },
        Author = From(commit.Author),
        Committer = From(commit.Committer),
        Subject = commit.Subject,
        Message = commit.Message,
        MessageCut = commit.IsCut,
        Encoding = commit.Encoding ?? "",
        Signature = commit.Signature is { } signature ? From(signature) : null,
    };

    public static ListCommitsResponse From(HistorySlice slice) => new()
    {
        Commits = { slice.Commits.Select(From) },
        NextPageToken = PageToken.Encode(slice.NextAfter),
        Partial = slice.IsPartial,
    };

    public static CommitPerson From(Person person) => new()
    {
        Name = person.Name,
        Mail = person.Mail,
        Time = new Timestamp { Seconds = person.Seconds },
        UtcOffsetMinutes = person.OffsetMinutes,
    };

    public static Signature From(ObjectSignature signature) => new()
    {
        KeyId = signature.KeyId,
        Kind = signature.Kind switch
        {
            SignatureKind.OpenPgp => Signature.Types.Kind.Openpgp,
            SignatureKind.Ssh => Signature.Types.Kind.Ssh,
            SignatureKind.X509 => Signature.Types.Kind.X509,
            _ => Signature.Types.Kind.Unspecified,
        },
    };
}
