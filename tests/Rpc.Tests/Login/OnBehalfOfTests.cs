using Granary.Accounts;
using Granary.Frontends.Rpc.Tests.Fakes;
using Granary.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Granary.Frontends.Rpc.Tests.Login;

/// <summary>The metadata by which a trusted login makes calls for others; alice is the trusted one here.</summary>
public sealed class OnBehalfOfTests
{
    private const string Trusted = "Basic YWxpY2U6c2VjcmV0";
    private const string Other = "Basic cm9vdDpzZWNyZXQ=";

    [Fact]
    public async Task Call_OfATrustedLogin_IsTheNamedUsers()
    {
        await using var host = await RpcHost.StartAsync(("Granary:Rpc:TrustedUsers:0", "Alice"), ("Granary:Rpc:ActForAdministrators", "true"));
        Assert.Equal("alice", await WhoAsync(host, Trusted));
        Assert.Equal("root", await WhoAsync(host, Trusted, "root"));
    }

    [Fact]
    public async Task Call_AsJson_IsTheNamedUsers()
    {
        await using var host = await RpcHost.StartAsync(("Granary:Rpc:TrustedUsers:0", "root"));
        SetUsers(host);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/user") { Headers = { { "Authorization", Other }, { "On-Behalf-Of", "alice" } } };
        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains("\"alice\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Other, "alice", StatusCode.PermissionDenied)] // An administrator, but not trusted with it.
    [InlineData(Trusted, "root", StatusCode.PermissionDenied)] // An administrator may not be acted for.
    [InlineData(Trusted, "eve", StatusCode.PermissionDenied)]
    [InlineData(Trusted, "a/b", StatusCode.InvalidArgument)]
    [InlineData(Trusted, "", StatusCode.InvalidArgument)]
    [InlineData("Basic YWxpY2U6d3Jvbmc=", "alice", StatusCode.Unauthenticated)]
    [InlineData(null, "alice", StatusCode.Unauthenticated)]
    public async Task Call_ThatMayNotBeMadeForThatUser_IsRefused(string? login, string user, StatusCode expected)
    {
        await using var host = await RpcHost.StartAsync(("Granary:Rpc:TrustedUsers:0", "alice"));
        var refused = await Assert.ThrowsAsync<RpcException>(() => WhoAsync(host, login, user));
        Assert.Equal(expected, refused.StatusCode);
    }

    [Fact]
    public async Task Call_WithTwoNames_IsRefused()
    {
        await using var host = await RpcHost.StartAsync(("Granary:Rpc:TrustedUsers:0", "alice"));
        var refused = await Assert.ThrowsAsync<RpcException>(() => WhoAsync(host, Trusted, "alice", "root"));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task PublicCall_WithoutLogin_MayNotNameAUser()
    {
        await using var host = await RpcHost.StartAsync(("Granary:Rpc:TrustedUsers:0", "alice"));
        using var channel = GrpcChannel.ForAddress(host.GrpcAddress);
        var projects = new ProjectService.ProjectServiceClient(channel);
        var refused = await Assert.ThrowsAsync<RpcException>(() => projects.ListProjectsAsync(
            new ListProjectsRequest(), new Metadata { { "on-behalf-of", "alice" } }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    private static async Task<string> WhoAsync(RpcHost host, string? login, params string[] users)
    {
        SetUsers(host);
        using var channel = GrpcChannel.ForAddress(host.GrpcAddress);
        var headers = new Metadata();
        if (login is not null) headers.Add("authorization", login);
        foreach (var user in users) headers.Add("on-behalf-of", user);
        var answer = await new UserService.UserServiceClient(channel).GetMyselfAsync(
            new GetMyselfRequest(), headers, cancellationToken: TestContext.Current.CancellationToken);
        return answer.User.Name;
    }

    private static void SetUsers(RpcHost host)
    {
        foreach (var name in (string[])["alice", "root"])
            host.Set(name, FakeGrain.Of<IUserGrain>("GetInfo", _ => Task.FromResult<UserInfo?>(Samples.User(name))));
    }
}
