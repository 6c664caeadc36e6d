using Google.Protobuf.WellKnownTypes;
using Granary.Hooks.Commits;
using Granary.V1;

namespace Granary.Frontends.Rpc.Commits;

/// <summary>Registered commits as the API shows them.</summary>
internal static class CommitMessages
{
    public static V1.RegisteredCommit From(Granary.Hooks.Commits.RegisteredCommit commit) => new()
    {
        CommitId = commit.Id.ToString(),
        Repository = commit.Name.Value,
        Author = From(commit.Author),
        Committer = From(commit.Committer),
        Subject = commit.Subject,
        Message = commit.Message,
        MessageCut = commit.IsCut,
        Issues = { commit.Issues.Select(From) },
    };

    private static CommitPerson From(CommitSignature signature) => new()
    {
        Name = signature.Name,
        Mail = signature.Mail,
        Time = Timestamp.FromDateTimeOffset(signature.Time),
        UtcOffsetMinutes = (int)signature.Time.Offset.TotalMinutes,
    };

    private static CommitIssue From(IssueReference issue) => new()
    {
        Key = issue.Key,
        Action = issue.Action switch
        {
            IssueAction.Refers => CommitIssue.Types.Action.Refers,
            IssueAction.Resolves => CommitIssue.Types.Action.Resolves,
            IssueAction.Fixes => CommitIssue.Types.Action.Fixes,
            IssueAction.Closes => CommitIssue.Types.Action.Closes,
            _ => CommitIssue.Types.Action.Mentions,
        },
    };
}
