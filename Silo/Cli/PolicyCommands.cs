using System.CommandLine;
using System.Globalization;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary repo policy</c>, <c>limit</c>, <c>hide</c>, <c>archive</c> and <c>unarchive</c>.</summary>
internal static class PolicyCommands
{
    public static IEnumerable<Command> Create(CommandSet set, Argument<RepositoryPath> path)
    {
        yield return set.Define("policy", "Shows limits, size and hidden refs of a repository.", call => ShowAsync(call, call.Get(path)), path);
        yield return Limit(set, path);
        yield return Hide(set, path);
        yield return set.Define("archive", "Makes a repository read-only.", call => ArchiveAsync(call, call.Get(path), true), path);
        yield return set.Define("unarchive", "Lets a repository be pushed to again.", call => ArchiveAsync(call, call.Get(path), false), path);
    }

    private static Command Limit(CommandSet set, Argument<RepositoryPath> path)
    {
        var file = new Option<long?>("--max-file-size") { Description = "The largest file of a push; 0: the server's setting.", HelpName = "bytes" };
        var size = new Option<long?>("--max-size") { Description = "The most bytes of packs; 0: the server's setting.", HelpName = "bytes" };
        var refs = new Option<int?>("--max-refs") { Description = "The most refs of a push; 0: the server's setting.", HelpName = "number" };
        return set.Define("limit", "Sets limits of a repository.", LimitAsync, path, file, size, refs);

        async Task LimitAsync(Invocation call)
        {
            var request = new UpdatePolicyRequest { Project = call.Get(path).Project, Repository = call.Get(path).Repository };
            if (call.Get(file) is { } maxFileSize) request.MaxFileSize = maxFileSize;
            if (call.Get(size) is { } maxSize) request.MaxRepositorySize = maxSize;
            if (call.Get(refs) is { } maxRefs) request.MaxRefsPerPush = maxRefs;
            await UpdateAsync(call, request);
        }
    }

    private static Command Hide(CommandSet set, Argument<RepositoryPath> path)
    {
        var names = new Argument<string[]>("refs")
        {
            Description = "Full names of refs or of folders of refs, for example refs/internal; none: nothing is hidden.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        return set.Define("hide", "Sets which refs are neither shown, fetched nor pushed.", HideAsync, path, names);

        Task HideAsync(Invocation call) => UpdateAsync(call, new UpdatePolicyRequest
        {
            Project = call.Get(path).Project,
            Repository = call.Get(path).Repository,
            HiddenRefs = new HiddenRefs { Names = { call.Get(names) } },
        });
    }

    private static async Task UpdateAsync(Invocation call, UpdatePolicyRequest request)
    {
        var policy = (await call.Policies.UpdatePolicyAsync(request, cancellationToken: call.Cancellation)).Policy;
        call.Output.Done(policy, $"The policy of '{request.Project}/{request.Repository}' was changed.");
    }

    private static async Task ShowAsync(Invocation call, RepositoryPath path)
    {
        var request = new GetPolicyRequest { Project = path.Project, Repository = path.Repository };
        var policy = (await call.Policies.GetPolicyAsync(request, cancellationToken: call.Cancellation)).Policy;
        call.Output.Show(
            policy,
            ("Size", Bytes(policy.Size)),
            ("Largest file", Bytes(policy.MaxFileSize)),
            ("Largest size", Bytes(policy.MaxRepositorySize)),
            ("Refs per push", policy.MaxRefsPerPush.ToString(CultureInfo.InvariantCulture)),
            ("Hidden refs", policy.HiddenRefs.Count == 0 ? "none" : string.Join(", ", policy.HiddenRefs)));
    }

    private static async Task ArchiveAsync(Invocation call, RepositoryPath path, bool archived)
    {
        var request = new UpdateRepositoryRequest { Project = path.Project, Repository = path.Repository, Archived = archived };
        var repository = (await call.Repositories.UpdateRepositoryAsync(request, cancellationToken: call.Cancellation)).Repository;
        call.Output.Done(repository, $"Repository '{path}' is {(archived ? "read-only" : "open for pushes")} now.");
    }

    private static string Bytes(long count) => $"{count.ToString(CultureInfo.InvariantCulture)} bytes";
}
