using Google.Protobuf.WellKnownTypes;
using Granary.V1;
using Domain = Granary.Git.Reading.Contributors;

namespace Granary.Frontends.Rpc.History;

/// <summary>Contributors as the API shows them.</summary>
internal static class ContributorMessages
{
    private const int MessageSize = 256;

    /// <param name="list">All of them.</param>
    /// <param name="limit">How many are wanted; 0: all.</param>
    public static IEnumerable<ListContributorsResponse> From(Domain.ContributorList list, int limit)
    {
        yield return new ListContributorsResponse
        {
            Summary = new ContributorSummary
            {
                CommitId = list.Commit.ToString(),
                CommitCount = list.CommitCount,
                ContributorCount = list.Contributors.Count,
                Incomplete = list.IsIncomplete,
            },
        };
        foreach (var some in list.Contributors.Take(limit == 0 ? int.MaxValue : limit).Chunk(MessageSize))
            yield return new ListContributorsResponse { Contributors = new V1.ContributorList { Contributors = { some.Select(From) } } };
    }

    private static V1.Contributor From(Domain.Contributor person) => new()
    {
        Name = person.Name,
        Mail = person.Mail,
        CommitCount = person.CommitCount,
        FirstTime = new Timestamp { Seconds = person.First },
        LastTime = new Timestamp { Seconds = person.Last },
    };
}
