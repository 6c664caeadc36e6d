using System.Net;
using System.Text;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.BadInput;

/// <summary>Odd names wherever a name can be: in refs and in every segment of an address.</summary>
[Collection(BadInputTests.Name)]
public sealed class NameTests(TargetServer target)
{
    public static TheoryData<string> OddRefs =>
    [
        "HEAD", "main", "refs", "refs/", "refs/heads/", "refs/heads//a", "refs/heads/a/", "refs/heads/a..b", "refs/heads/../../HEAD",
        "../../../etc/x",
        "/refs/heads/a", "refs/heads/.a", "refs/heads/a/.b", "refs/heads/a.lock", "refs/heads/a.lock/b", "refs/heads/a b", "refs/heads/a\tb",
        "refs/heads/a\u007fb",
        "refs/heads/a\u0001b", "refs/heads/a\nok refs/heads/main", "refs/heads/a~1", "refs/heads/a^", "refs/heads/a:b",
        "refs/heads/a?", "refs/heads/a*", "refs/heads/a[b", "refs/heads/a\\b",
        "refs/heads/a@{b", "refs/heads/-a", "refs/heads/HEAD", "refs/heads/a.", "refs/heads/\u00ff\u00fe", "refs/tags/-a", "packed-refs", "config", "FETCH_HEAD",
    ];

    [Theory, MemberData(nameof(OddRefs))]
    public async Task Push_ToAnOddRef_IsRefusedAndMakesNothing(string name)
    {
        var command = Encoding.Latin1.GetBytes($"{Wire.Zero} {target.Tip} {name}\0 report-status");
        var reply = await target.PostAsync(Wire.ReceivePack, [.. Wire.Pkt(command), .. Wire.Flush, .. Wire.EmptyPack]);
        Assert.True(reply.Status == HttpStatusCode.BadRequest || reply.Text.Contains("ng ", StringComparison.Ordinal), $"{reply.Status}: {reply.Text}");

        // A line feed in a name is part of its packet; what counts is that no packet says ok.
        if (reply.Status == HttpStatusCode.OK)
            Assert.DoesNotContain(Wire.Packets(reply.Text), static p => p.StartsWith("ok ", StringComparison.Ordinal));
        await target.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData(1025)]
    [InlineData(60_000)]
    public async Task Push_ToAVeryLongRef_IsRefused(int length)
    {
        var name = "refs/heads/" + new string('a', length - 11);
        var reply = await target.PostAsync(Wire.ReceivePack, Wire.Push(Wire.Zero, target.Tip, name, Wire.EmptyPack));
        Assert.Contains("ng refs/heads/aaa", reply.Text, StringComparison.Ordinal);
        Assert.Contains("longer than 1024 bytes", reply.Text, StringComparison.Ordinal);
        await target.AssertUnharmedAsync();
    }

    public static TheoryData<string> OddSegments =>
    [
        "..", ".", "%2e%2e", "%2E%2e", "..%2f..", "%2f", "a%2fb", "..%5c..", "%00", "a%00b", "repo.git%00", "%0a", "a%0d%0aSet-Cookie:x",
        "%ff", "%c0%ae%c0%ae", "%", "%zz", "%e2%80%ae",
        "-rf", "--upload-pack=x", "$(id)", "`id`", ";id", "|id", "'", "\"", "<x>", "*", "?", "#", "~", "con", "a.lock", ".git", "%25%32%65",
    ];

    [Theory, MemberData(nameof(OddSegments))]
    public async Task Request_WithAnOddSegment_IsRefused(string odd)
    {
        string[] paths =
        [
            $"/{odd}/repo.git/info/refs?service=git-upload-pack", $"/P/{odd}/info/refs?service=git-upload-pack",
            $"/P/{odd}.git/info/refs?service=git-receive-pack", $"/P/repo{odd}x.git/info/refs?service=git-upload-pack",
            $"/P/repo.git/{odd}/info/refs?service=git-upload-pack",
            $"/api/v1/projects/{odd}", $"/api/v1/projects/P/repositories/{odd}", $"/api/v1/users/{odd}", $"/api/v1/users/{odd}/tokens/{odd}",
        ];
        foreach (var path in paths)
        {
            // By normalization of dots some paths are quite ordinary addresses, of which nothing more than their answer can be wrong.
            var reply = await RawHttp.ExchangeAsync(target.Server.Port, Get(path));
            Assert.True(reply.Status is >= 400 and < 500 || IsOrdinary(odd), $"{path}: {reply.Head}");
            Assert.True(reply.Status < 500, $"{path}: {reply.Head}");
            Assert.DoesNotContain("Set-Cookie", reply.Head, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(target.Server.DataPath, reply.Text, StringComparison.Ordinal);
        }

        await target.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(4000)]
    [InlineData(100_000)]
    public async Task Request_WithAVeryLongSegment_IsRefused(int length)
    {
        var name = new string('a', length);
        const string Refs = "info/refs?service=git-upload-pack";
        foreach (var path in (string[])[$"/{name}/repo.git/{Refs}", $"/P/{name}/{Refs}", $"/api/v1/users/{name}"])
        {
            var reply = await RawHttp.ExchangeAsync(target.Server.Port, Get(path));
            Assert.True(reply.Status is >= 400 and < 500, $"{path.Length}: {reply.Head}");
        }

        await target.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("repo.git")]
    [InlineData("")]
    [InlineData("a\u202eb")]
    [InlineData("nul")]
    public async Task Create_WithAnOddName_IsRefused(string name)
    {
        foreach (var (path, body) in ((string, object)[])
            [("users", new { name, password = "a good long password" }), ("projects", new { key = name }), ("projects/P/repositories", new { name })])
        {
            var reply = await target.Server.Admin.SendAsync(HttpMethod.Post, path, body);
            Assert.True(reply.Status == HttpStatusCode.BadRequest, $"{path}: {reply.Status} {reply.Text}");
        }

        await target.AssertUnharmedAsync();
    }

    /// <summary>What the server takes for another, ordinary address: dots are resolved, and after ? and # comes no path.</summary>
    private static bool IsOrdinary(string odd) => odd is ".." or "." or "%2e%2e" or "%2E%2e" or "?" or "#" or "..%2f..";

    private static string Get(string path) =>
        $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{RawHttp.Authorization(GranaryServer.AdminName, GranaryServer.AdminPassword)}\r\n";
}
