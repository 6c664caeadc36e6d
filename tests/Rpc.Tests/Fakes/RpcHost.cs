using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Granary.Accounts;
using Granary.Activity;
using Granary.Frontends.GitProtocol;
using Granary.Frontends.GitProtocol.Health;
using Granary.Frontends.Rpc.Server;
using Granary.Streams.DeadLetters;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Rpc.Tests.Fakes;

/// <summary>The real frontend on two ports of the loopback address, as the silo hosts it, on grains that the test makes up.</summary>
internal sealed class RpcHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RpcHost(WebApplication app, IGrainFactory grains, FakeLogins logins)
    {
        (_app, Grains, Logins) = (app, grains, logins);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        Http = new HttpClient { BaseAddress = new Uri(addresses[0]) };
        GrpcAddress = addresses[1];
    }

    public IGrainFactory Grains { get; }

    public FakeLogins Logins { get; }

    public FakeActivity Activity => (FakeActivity)_app.Services.GetRequiredService<IActivityReader>();

    public HttpClient Http { get; }

    public string GrpcAddress { get; }

    public FakeReadiness Readiness => Services.GetRequiredService<FakeReadiness>();

    public IServiceProvider Services => _app.Services;

    public List<SshConnectionInfo> Connections => ((FakeConnections)Services.GetRequiredService<ISshConnectionList>()).Connections;

    public FakeDeadLetters DeadLetters(string provider) =>
        (FakeDeadLetters)Services.GetServices<IDeadLetterBox>().Single(b => b.Provider == provider);

    /// <param name="settings">As in the configuration, such as <c>Granary:Rpc:TrustedUsers:0</c>.</param>
    public static async Task<RpcHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var (grains, logins) = (FakeGrainFactory.Create(), new FakeLogins());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(static s => s.Key, static s => (string?)s.Value));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // As the silo does for pushes.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton(grains).AddSingleton<IAuthenticator>(logins).AddSingleton<IPasswordHasher>(logins);
        builder.Services.AddSingleton<RequestDrain>().AddSingleton<Readiness>().AddSingleton<FakeReadiness>();
        builder.Services.AddSingleton<IReadinessCheck>(static services => services.GetRequiredService<FakeReadiness>());
        builder.Services.AddSingleton<IActivityReader, FakeActivity>();
        builder.Services.AddSingleton<ISshConnectionList>(new FakeConnections());

        // Not in the order of their names.
        builder.Services.AddSingleton<IDeadLetterBox>(new FakeDeadLetters("hooks", 3)).AddSingleton<IDeadLetterBox>(new FakeDeadLetters("activity", 5));
        builder.Services.AddGranaryRpc(builder.Configuration);
        var app = builder.Build();
        app.MapGranaryRpc();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RpcHost(app, grains, logins);
    }

    public void Set<T>(string key, T grain)
        where T : class => FakeGrainFactory.Set(Grains, key, grain);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? json = null, string? login = "root:secret")
    {
        var request = new HttpRequestMessage(method, path) { Content = json is null ? null : JsonContent.Create(json) };
        if (login is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
