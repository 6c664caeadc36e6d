using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>What users may choose of a webhook, and what comes of it.</summary>
[Collection(WebhookServerCollection.Name)]
public sealed class SettingsTests(WebhookServer fixture)
{
    [Fact]
    public async Task VerifyTls_CertificateOfNobody_IsRefusedUnlessSwitchedOff()
    {
        using var key = ECDsa.Create();
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        await using var receiver = await Receiver.StartAsync(configure: listen => listen.UseHttps(certificate));
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        var refused = await repository.PingAsync(await repository.HookAsync(new { url = receiver.Url }));
        Assert.Equal("FAILED", refused.GetProperty("outcome").GetString());
        Assert.Contains("TLS handshake", refused.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(receiver.All);
        var taken = await repository.PingAsync(await repository.HookAsync(new { url = receiver.Url, verifyTls = false }));
        Assert.Equal("DELIVERED", taken.GetProperty("outcome").GetString());
        Assert.Single(receiver.All);
    }

    [Theory]
    [InlineData("X-Mine", "a\r\nHost: other")]
    [InlineData("X-Mine", "ü")]
    [InlineData("X-Mine:", "a")]
    [InlineData("X Mine", "a")]
    [InlineData("", "a")]
    [InlineData("Host", "other")]
    [InlineData("content-length", "0")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Connection", "close")]
    [InlineData("X-Granary-Event", "push")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    public async Task Headers_ThatWouldMakeAnotherRequest_AreNotTaken(string name, string value)
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        var reply = await fixture.Server.Admin.SendAsync(
            HttpMethod.Post, $"{repository.Path}/webhooks", new { url = "http://receiver.example.org/", headers = new[] { new { name, value } } });
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
    }

    [Theory]
    [InlineData("ftp://receiver.example.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:secret@receiver.example.org/")]
    [InlineData("receiver.example.org")]
    [InlineData("")]
    public async Task Url_ThatIsNoReceivers_IsNotTaken(string url)
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        Assert.Equal(HttpStatusCode.BadRequest, (await fixture.Server.Admin.SendAsync(HttpMethod.Post, $"{repository.Path}/webhooks", new { url })).Status);
    }
}
