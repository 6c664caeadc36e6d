using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Grpc.Core;

namespace Granary.Security.Tests.Rights;

/// <summary>
/// Every endpoint × version × login × role × state, made by a program and compared with <see cref="RightsModel"/>. Where the model says
/// that there is nothing to be seen, the whole answer must be that of a project that never was.
/// </summary>
[Collection(RightsCollection.Name)]
public sealed partial class RightsMatrixTests(RightsWorld world)
{
    private static readonly string[] Queries =
        ["", "?service=git-upload-pack", "?service=git-receive-pack", "?service=git-receive-pack&service=git-upload-pack", "?service=x"];

    private static readonly string[] Types = ["", "application/x-git-upload-pack-request", "application/x-git-receive-pack-request", "text/plain"];

    private readonly ConcurrentBag<string> _wrong = [];
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> _hidden = new();
    private int _count;

    [Fact]
    public async Task Git_EveryRequest_IsAnsweredAsTheModelSays()
    {
        using var http = Granary.Tests.Harness.Api.NewClient();
        var cases =
            from role in RightsModel.Roles
            from login in RightsModel.Logins
            from project in RightsModel.Projects
            from repository in RightsModel.Repositories
            from version in (int[])[0, 1, 2]
            from request in GitRequests(isThorough: version == 0 && repository == "live")
            select (role, login, project, repository, version, request);
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (c, cancellationToken) =>
        {
            var path = $"/{c.project}/{c.repository}.git/{c.request.Path}{c.request.Query}";
            using var message = new HttpRequestMessage(c.request.IsAdvertisement ? HttpMethod.Get : HttpMethod.Post, new Uri(world.Server.Url + path));
            message.Headers.Authorization = world.LoginOf(c.role, c.login);
            if (c.version > 0) message.Headers.Add("Git-Protocol", $"version={c.version}");
            if (!c.request.IsAdvertisement)
            {
                message.Content = new ByteArrayContent(Wire.Flush);
                if (c.request.Type.Length > 0) message.Content.Headers.ContentType = new MediaTypeHeaderValue(c.request.Type);
            }

            using var answer = await http.SendAsync(message, cancellationToken);
            var headers = answer.Headers.Concat(answer.Content.Headers).Where(static h => h.Key != "Date").Select(static h => $"{h.Key}: {string.Join(", ", h.Value)}");
            var text = $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n\n{await answer.Content.ReadAsStringAsync(cancellationToken)}";
            var service = c.request.IsAdvertisement ? ServiceOf(c.request.Query) : c.request.Path;
            var expected = RightsModel.OfGit(service, c.request.IsAdvertisement, c.request.Type, c.role, c.login, c.project, c.repository);
            var actual = (int)answer.StatusCode switch
            {
                200 => Answer.Served,
                301 => Answer.Moved,
                401 => Answer.LogIn,
                404 => Answer.Hidden,
                403 => text.Contains("smart HTTP protocol only", StringComparison.Ordinal) ? Answer.WrongTool : Answer.Denied,
                415 => Answer.WrongType,
                _ => (Answer)(-1),
            };
            var what = $"{message.Method} v{c.version} {c.request}";
            Note(what, c.role, c.login, c.project, c.repository, expected, actual, text);
        });
        AssertAllRight(atLeast: 10_000);
    }

    [Fact]
    public async Task Grpc_EveryCall_IsAnsweredAsTheModelSays()
    {
        using var client = new ApiClient(world.Server);
        await Parallel.ForEachAsync(ApiCases(), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (c, _) =>
        {
            var answer = await client.CallAsync(c.Method, SampleRequests.Of(c.Method, c.Project, c.Repository), world.LoginOf(c.Role, c.Login));
            NoteCall(c, "gRPC", answer);
        });

        // The webhooks of a project: the same calls without a repository.
        await Parallel.ForEachAsync(ApiCases().Where(static c => c.Method.Service.Name == "WebhookService" && c.Repository == "live"), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (c, _) =>
        {
            var answer = await client.CallAsync(c.Method, SampleRequests.Of(c.Method, c.Project, ""), world.LoginOf(c.Role, c.Login));
            NoteCall(c with { Need = RightsModel.OfProject(c.Need) }, "gRPC of the project", answer);
        });
        AssertAllRight(atLeast: 5_000);
    }

    [Fact]
    public async Task Json_EveryCall_IsAnsweredAsTheModelSays()
    {
        using var client = new ApiClient(world.Server);
        await Parallel.ForEachAsync(ApiCases(), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (c, _) =>
        {
            foreach (var (method, path, body) in ApiCalls.JsonForms(c.Method, SampleRequests.Of(c.Method, c.Project, c.Repository)))
            {
                var need = ApiCalls.ConcernsRepository(path) ? c.Need : RightsModel.OfProject(c.Need);
                var face = need == c.Need ? method.Method : method.Method + " of the project";
                NoteCall(c with { Need = need }, face, await client.SendAsync(method, path, body, world.LoginOf(c.Role, c.Login)));
            }
        });
        AssertAllRight(atLeast: 5_000);
    }

    private static IEnumerable<ApiCase> ApiCases() =>
        from method in ApiCalls.All
        let need = RightsModel.NeedOf(ApiCalls.NameOf(method))
        from role in RightsModel.Roles
        from login in RightsModel.Logins
        from project in RightsModel.ConcernsProject(need) ? RightsModel.Projects : ["PUBL"]
        from repository in RightsModel.ConcernsRepository(need) ? RightsModel.Repositories : ["live"]
        select new ApiCase(method, need, role, login, project, repository);

    private static IEnumerable<GitRequest> GitRequests(bool isThorough)
    {
        foreach (var query in isThorough ? Queries : Queries.Skip(1).Take(2)) yield return new GitRequest(true, "info/refs", query, "");
        foreach (var service in (string[])[Wire.UploadPack, Wire.ReceivePack])
        {
            foreach (var query in isThorough ? Queries : [""])
            {
                foreach (var type in isThorough ? Types : [$"application/x-{service}-request"]) yield return new GitRequest(false, service, query, type);
            }
        }
    }

    private static string ServiceOf(string query) => query is "?service=git-upload-pack" or "?service=git-receive-pack" ? query["?service=".Length..] : "";

    private void NoteCall(ApiCase c, string face, ApiAnswer answer)
    {
        var expected = RightsModel.OfCall(c.Need, c.Role, c.Login, c.Project, c.Repository);
        var text = Comparable(answer.Text, c.Project, c.Repository);
        var actual = answer.Code switch
        {
            StatusCode.Unauthenticated => Answer.LogIn,
            StatusCode.PermissionDenied => Answer.Denied,

            // Nothing there that the rights are about; or, where they suffice, nothing of the name that the request makes up.
            StatusCode.NotFound when text.Contains("There is no project 'NAME'", StringComparison.Ordinal) || text.Contains("There is no repository 'NAME/NAME', or", StringComparison.Ordinal) => Answer.Hidden,
            StatusCode.Internal or StatusCode.Unavailable => (Answer)(-1),
            _ => Answer.Served,
        };
        Note($"{face} {ApiCalls.NameOf(c.Method)}", c.Role, c.Login, c.Project, c.Repository, expected, actual, answer.Text);
    }

    private void Note(string what, string role, string login, string project, string repository, Answer expected, Answer actual, string text)
    {
        Interlocked.Increment(ref _count);
        if (actual != expected) _wrong.Add($"{what} as {role} by {login} on {project}/{repository}: {actual} instead of {expected}\n{text}");
        foreach (var secret in world.Secrets)
        {
            if (text.Contains(secret, StringComparison.Ordinal)) _wrong.Add($"{what} by {login}: the answer holds a secret");
        }

        // Without a login, missing and private are one; with one that may see nothing, too.
        if (expected is Answer.Hidden or Answer.LogIn)
            _hidden.GetOrAdd($"{what} {expected} {login}", static _ => new()).TryAdd(Comparable(text, project, repository), $"{role} on {project}/{repository}");
    }

    private void AssertAllRight(int atLeast)
    {
        Assert.True(_wrong.IsEmpty, $"{_wrong.Count} of {_count} are wrong:\n" + string.Join("\n---\n", _wrong.Take(8)));
        var different = _hidden.Where(static h => h.Value.Count > 1).ToList();
        Assert.True(different.Count == 0, $"{different.Count} requests tell what is hidden:\n" + string.Join("\n---\n", different.Take(3).Select(static d =>
            d.Key + ":\n" + string.Join("\n--\n", d.Value.Select(static v => $"{v.Value}: {v.Key}")))));
        Assert.True(_count >= atLeast, $"Only {_count} requests were made.");
    }

    private static string Comparable(string text, string project, string repository)
    {
        text = RequestId().Replace(text, "ID");
        return text.Replace(project, "NAME", StringComparison.OrdinalIgnoreCase).Replace(repository, "NAME", StringComparison.Ordinal);
    }

    [GeneratedRegex("0H[A-Z0-9]{11}:[0-9A-F]{8}")]
    private static partial Regex RequestId();

    private sealed record ApiCase(Google.Protobuf.Reflection.MethodDescriptor Method, Need Need, string Role, string Login, string Project, string Repository);

    private sealed record GitRequest(bool IsAdvertisement, string Path, string Query, string Type);
}
