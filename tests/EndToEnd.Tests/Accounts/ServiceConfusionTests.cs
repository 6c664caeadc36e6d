using System.Net.Http.Headers;

namespace Granary.EndToEnd.Tests.Accounts;

/// <summary>A request is what its path says, whatever else it says; who may make it is in Security.Tests.</summary>
public sealed class ServiceConfusionTests(SharedServer shared)
{
    [Fact]
    public async Task UploadPack_GivenAPush_ChangesNothing()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var before = await repository.RefsAsync();
        var body = Wire.Push(Wire.Zero, await work.RunAsync("rev-parse", "HEAD"), "refs/heads/sneaked", Wire.EmptyPack);
        foreach (var query in (string[])["", "?service=git-receive-pack"])
        {
            var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-upload-pack-request");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{repository.AnonymousUrl}/git-upload-pack{query}")) { Content = content };
            request.Headers.Authorization = Wire.MemberLogin;
            using var reply = await shared.Admin.Client.SendAsync(request);
            Assert.Equal(before, await repository.RefsAsync());
        }
    }
}
