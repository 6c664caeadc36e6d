using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Clients;

/// <summary>A command of a push.</summary>
internal sealed record Command(string Ref, string Old, string New)
{
    public static string Zero { get; } = new('0', 40);
}

/// <param name="Status">The HTTP status.</param>
/// <param name="Unpack">What the report says of the pack.</param>
/// <param name="Refusals">A sentence per ref that was refused; refs that moved are not in it.</param>
/// <param name="Text">The body of an answer that is no report.</param>
internal sealed record PushReport(HttpStatusCode Status, string Unpack, IReadOnlyDictionary<string, string> Refusals, string Text)
{
    public bool IsOk => Status == HttpStatusCode.OK && Unpack == "ok" && Refusals.Count == 0;

    public override string ToString() => $"{(int)Status} unpack {Unpack}; {string.Join("; ", Refusals.Select(static r => $"{r.Key}: {r.Value}"))} {Text}";
}

/// <summary>Smart HTTP without git: one connection of its own, nothing between the test and the wire.</summary>
internal sealed class RawClient : IDisposable
{
    private const string Capabilities = "report-status side-band-64k object-format=sha1 agent=granary-tests";

    private readonly HttpClient _http;
    private readonly string _repository;

    public RawClient(GranaryServer server, string path)
    {
        _repository = $"{server.Url}/{path}";
        _http = Api.NewClient(maxConnections: 1);
        _http.Timeout = TimeSpan.FromMinutes(5);
        _http.DefaultRequestHeaders.Authorization = Api.Basic(GranaryServer.AdminName, GranaryServer.AdminPassword);
    }

    /// <summary>The command list, up to the pack.</summary>
    public static byte[] CommandList(IEnumerable<Command> commands, bool atomic = false)
    {
        var text = new StringBuilder();
        foreach (var (name, old, @new) in commands)
        {
            var line = $"{old} {@new} {name}";
            text.Append(PktLines.Of(text.Length == 0 ? $"{line}\0 {Capabilities}{(atomic ? " atomic" : "")}" : line));
        }

        return Encoding.UTF8.GetBytes(text.Append(PktLines.Flush).ToString());
    }

    /// <summary>Pushes.</summary>
    /// <exception cref="HttpRequestException">The connection broke; what became of the push is unknown.</exception>
    public async Task<PushReport> PushAsync(IReadOnlyList<Command> commands, ReadOnlyMemory<byte> pack, bool atomic = false)
    {
        byte[] body = [.. CommandList(commands, atomic), .. pack.Span];
        using var content = new ByteArrayContent(body);
        return await PushAsync(content);
    }

    public async Task<PushReport> PushAsync(HttpContent body)
    {
        using var answer = await PostAsync("git-receive-pack", body, HttpCompletionOption.ResponseContentRead);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return answer.StatusCode == HttpStatusCode.OK
            ? Report(bytes)
            : new PushReport(answer.StatusCode, "", new Dictionary<string, string>(), Encoding.UTF8.GetString(bytes));
    }

    /// <summary>The report of a push, out of its side-band.</summary>
    public static PushReport Report(ReadOnlyMemory<byte> answer)
    {
        var lines = PktLines.Read(PktLines.Band(answer, 1)).Select(static l => Encoding.UTF8.GetString(l.Span).TrimEnd('\n')).ToList();
        if (lines.Count < 2 || !lines[0].StartsWith("unpack ", StringComparison.Ordinal) || lines[^1].Length > 0)
            throw new HttpRequestException("The report is torn.");
        var refusals = lines.Where(static l => l.StartsWith("ng ", StringComparison.Ordinal))
            .Select(static l => l.Split(' ', 3)).ToDictionary(static l => l[1], static l => l[2]);
        return new PushReport(HttpStatusCode.OK, lines[0]["unpack ".Length..], refusals, "");
    }

    /// <summary>The refs below the prefixes by v2 <c>ls-refs</c>: name to id.</summary>
    public async Task<IReadOnlyDictionary<string, string>> LsRefsAsync(params string[] prefixes)
    {
        var text = PktLines.Of("command=ls-refs\n") + PktLines.Of("object-format=sha1\n") + PktLines.Delimiter
            + string.Concat(prefixes.Select(static p => PktLines.Of($"ref-prefix {p}\n"))) + PktLines.Flush;
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        using var answer = await PostAsync("git-upload-pack", body, HttpCompletionOption.ResponseContentRead);
        answer.EnsureSuccessStatusCode();
        return PktLines.Read(await answer.Content.ReadAsByteArrayAsync()).Where(static l => l.Length > 0)
            .Select(static l => Encoding.UTF8.GetString(l.Span).TrimEnd('\n').Split(' '))
            .Where(static l => l[0] != "unborn").ToDictionary(static l => l[1], static l => l[0]);
    }

    /// <summary>The v0 advertisement as it comes.</summary>
    public Task<byte[]> AdvertisementAsync() => _http.GetByteArrayAsync(new Uri(_repository + "/info/refs?service=git-upload-pack"));

    /// <summary>A v2 <c>fetch</c> of whole histories; the answer is to be read by the caller.</summary>
    public Task<HttpResponseMessage> FetchAsync(params string[] wants) =>
        PostAsync("git-upload-pack", new ByteArrayContent(FetchRequest(wants)), HttpCompletionOption.ResponseHeadersRead);

    public static byte[] FetchRequest(params string[] wants) => Encoding.UTF8.GetBytes(
        PktLines.Of("command=fetch\n") + PktLines.Of("object-format=sha1\n") + PktLines.Delimiter + PktLines.Of("no-progress\n")
        + string.Concat(wants.Select(static w => PktLines.Of($"want {w}\n"))) + PktLines.Of("done\n") + PktLines.Flush);

    public async Task<HttpResponseMessage> PostAsync(string service, HttpContent body, HttpCompletionOption completion)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_repository}/{service}") { Content = body };
        body.Headers.ContentType = new MediaTypeHeaderValue($"application/x-{service}-request");
        if (service == "git-upload-pack") request.Headers.Add("Git-Protocol", "version=2");
        return await _http.SendAsync(request, completion);
    }

    public void Dispose() => _http.Dispose();
}
