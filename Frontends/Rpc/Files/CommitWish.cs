using System.Text;
using Granary.Git.Committing;
using Granary.Repositories;
using Granary.V1;

namespace Granary.Frontends.Rpc.Files;

/// <summary>A commit that is asked for, once its header was found to make sense.</summary>
/// <param name="Branch">Where it goes.</param>
/// <param name="Message">What it says.</param>
/// <param name="ExpectedHead">What the branch must be at; null: anything.</param>
/// <param name="Start">Where a new branch begins; null: the branch is there.</param>
/// <param name="Author">Null: the caller.</param>
/// <param name="AllowEmpty">Whether it may change nothing.</param>
internal sealed record CommitWish(
    RefName Branch, string Message, ObjectId? ExpectedHead, string? Start, CommitPerson? Author, bool AllowEmpty)
{
    private const int MaxMessageLength = 64 << 10;
    private const int MaxPersonLength = 1000;
    private const int MaxOffsetMinutes = 14 * 60;

    public static CommitWish Of(CommitHeader header)
    {
        if (!RefName.TryParse("refs/heads/" + header.Branch, out var branch, out var fault)) throw Arguments.Invalid($"This is no name of a branch: {fault}.", "branch");
        if (string.IsNullOrWhiteSpace(header.Message)) throw Arguments.Invalid("A commit needs a message.", "message");
        if (header.Message.Contains('\0', StringComparison.Ordinal)) throw Arguments.Invalid("A message may not contain a NUL.", "message");
        if (Encoding.UTF8.GetByteCount(header.Message) > MaxMessageLength) throw Arguments.Invalid($"A message may have at most {MaxMessageLength} bytes.", "message");
        if (header.ExpectedHead.Length > 0 && !ObjectId.TryParse(header.ExpectedHead, out _))
            throw Arguments.Invalid("An expected head is a commit id of 40 hexadecimal digits.", "expected_head");
        if (header.Author is { } author) Check(author);
        return new CommitWish(
            branch, header.Message,
            ObjectId.TryParse(header.ExpectedHead, out var head) ? head : null, header.Start.Length > 0 ? header.Start : null,
            header.Author, header.AllowEmpty);
    }

    /// <summary>Who wrote it.</summary>
    /// <param name="committer">The caller, now.</param>
    public CommitSignature AuthorOr(CommitSignature committer)
    {
        if (Author is not { } author) return committer;
        var time = Arguments.Time(author.Time) is { } given ? given.ToOffset(TimeSpan.FromMinutes(author.UtcOffsetMinutes)) : committer.Time;
        return new CommitSignature(author.Name, author.Mail, time);
    }

    private static void Check(CommitPerson author)
    {
        if (string.IsNullOrWhiteSpace(author.Name) || string.IsNullOrWhiteSpace(author.Mail)) throw Arguments.Invalid("An author has a name and a mail address.");
        if (author.Name.Length > MaxPersonLength || author.Mail.Length > MaxPersonLength)
            throw Arguments.Invalid($"Name and mail address of an author have at most {MaxPersonLength} characters.");
        if (Math.Abs((long)author.UtcOffsetMinutes) > MaxOffsetMinutes) throw Arguments.Invalid("A clock is at most 14 hours ahead of UTC or behind it.");
        if (Arguments.Time(author.Time) is { Year: < 1970 or > 2099 }) throw Arguments.Invalid("The time of an author is between the years 1970 and 2099.");
    }
}
