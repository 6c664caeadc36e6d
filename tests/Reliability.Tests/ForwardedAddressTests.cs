using System.Net;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>Whose failed logins are counted together: the header is believed when a trusted proxy sends it, and from nobody else.</summary>
public sealed class ForwardedAddressTests
{
    private const int Free = 3;

    [Fact]
    public async Task FailedLogins_ThroughATrustedProxy_AreCountedPerForwardedAddress()
    {
        await using var server = await StartAsync("127.0.0.0/8");
        Assert.Equal(HttpStatusCode.TooManyRequests, await FailUntilRefusedAsync(server, static _ => "203.0.113.1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await FailAsync(server, "203.0.113.2"));

        // Who stands before the proxy may write what he likes: only the proxy's own entry counts.
        Assert.Equal(HttpStatusCode.TooManyRequests, await FailAsync(server, "203.0.113.9, 203.0.113.1"));
    }

    [Fact]
    public async Task FailedLogins_FromElsewhere_AreCountedPerConnectionWhateverTheHeaderSays()
    {
        await using var server = await StartAsync("192.0.2.1");
        Assert.Equal(HttpStatusCode.TooManyRequests, await FailUntilRefusedAsync(server, static i => $"203.0.113.{i + 1}"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await FailAsync(server, "203.0.113.200"));
    }

    private static Task<GranaryServer> StartAsync(string proxy) => GranaryServer.StartAsync(new Dictionary<string, string>
    {
        ["Granary__Http__TrustedProxies__0"] = proxy,
        ["Granary__Accounts__FreeFailuresPerAddress"] = $"{Free}",
        ["Granary__Accounts__FreeFailuresPerUser"] = "1000",
        ["Granary__Accounts__ForgiveAfter"] = "01:00:00",

        // One login waits for its turn, longer than the test; the next one is told to come again.
        ["Granary__Accounts__FirstDelay"] = "00:01:00",
        ["Granary__Accounts__MaxDelay"] = "00:01:00",
        ["Granary__Accounts__MaxWaiters"] = "1",
    });

    private static async Task<HttpStatusCode> FailUntilRefusedAsync(GranaryServer server, Func<int, string> address)
    {
        for (var i = 0; i < Free; i++) Assert.Equal(HttpStatusCode.Unauthorized, await FailAsync(server, address(i)));

        // Three more: one has its turn at once, one takes the one place to wait in, one is refused. Which is which is theirs.
        var left = Enumerable.Range(Free, 3).Select(i => FailAsync(server, address(i))).ToList();
        while (true)
        {
            var next = await Task.WhenAny(left);
            left.Remove(next);
            if (await next == HttpStatusCode.TooManyRequests || left.Count == 1) return await next;
        }
    }

    private static async Task<HttpStatusCode> FailAsync(GranaryServer server, string address)
    {
        using var client = Api.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{server.Url}/ANY/repo.git/info/refs?service=git-upload-pack");
        request.Headers.Authorization = Api.Basic("stranger", Guid.NewGuid().ToString());
        request.Headers.Add("X-Forwarded-For", address);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
