using System.CommandLine;
using System.Globalization;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary repo activity</c>: who pushed what when.</summary>
internal static class ActivityCommand
{
    private const int IdLength = 10;
    private const int PageSize = 100;

    public static Command Create(CommandSet set)
    {
        var path = RepositoryPath.Argument();
        var name = new Option<string>("--ref") { Description = "Only what moved this ref.", HelpName = "refs/heads/…" };
        var limit = new Option<int>("--limit") { Description = "The most pushes to show.", HelpName = "count", DefaultValueFactory = static _ => 30 };
        return set.Define("activity", "Shows what was pushed, the newest first.", ShowAsync, path, name, limit);

        async Task ShowAsync(Invocation call)
        {
            var all = new List<V1.Activity>();
            var token = "";
            do
            {
                var request = new ListActivityRequest
                {
                    Project = call.Get(path).Project,
                    Repository = call.Get(path).Repository,
                    PageSize = Math.Clamp(call.Get(limit) - all.Count, 1, PageSize),
                    PageToken = token,
                    Ref = call.Get(name) ?? "",
                };
                var page = await call.Repositories.ListActivityAsync(request, cancellationToken: call.Cancellation);
                all.AddRange(page.Activity);
                token = page.NextPageToken;
            }
            while (token.Length > 0 && all.Count < call.Get(limit));
            call.Output.List(all, ["SEQUENCE", "TIME", "USER", "VIA", "CHANGES"], static push =>
            [
                push.Sequence.ToString(CultureInfo.InvariantCulture),
                Output.Time(push.PushedAt),
                Who(push),
                push.Protocol,
                Summary(push),
            ]);
        }
    }

    private static string Who(V1.Activity push) =>
        push.User.Length > 0 ? push.User : push.DeployKey.Length > 0 ? $"deploy key {push.DeployKey}" : "-";

    /// <summary>The first change, and how many more there are.</summary>
    private static string Summary(V1.Activity push)
    {
        if (push.Changes.Count == 0) return $"{push.ChangeCount} refs";
        var first = push.Changes[0];
        var text = first.Kind switch
        {
            ActivityChange.Types.Kind.Created => $"{first.Ref} created at {Short(first.After)}",
            ActivityChange.Types.Kind.Deleted => $"{first.Ref} deleted, was {Short(first.Before)}",
            _ when first.Forced => $"{first.Ref} {Short(first.Before)}...{Short(first.After)} (forced)",
            _ => $"{first.Ref} {Short(first.Before)}..{Short(first.After)}",
        };
        return push.ChangeCount > 1 ? $"{text} and {push.ChangeCount - 1} more" : text;
    }

    private static string Short(string id) => id.Length > IdLength ? id[..IdLength] : id;
}
