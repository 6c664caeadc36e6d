using Granary.Frontends.GitProtocol;
using Granary.Frontends.Rpc.Tests.Fakes;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace Granary.Frontends.Rpc.Tests.Health;

/// <summary>gRPC's health service, which load balancers ask: without a login, and after what makes the silo ready.</summary>
public sealed class HealthTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("granary.v1.CommitService")]
    public async Task Check_FollowsReadiness(string service)
    {
        await using var host = await RpcHost.StartAsync();
        using var channel = GrpcChannel.ForAddress(host.GrpcAddress);
        Assert.Equal(ServingStatus.Serving, await CheckAsync(channel, service));
        host.Readiness.Fault = "the disk is full.";
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(channel, service));
        host.Readiness.Fault = null;
        Assert.Equal(ServingStatus.Serving, await CheckAsync(channel, service));
        await host.Services.GetRequiredService<RequestDrain>().DrainAsync();
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(channel, service));
    }

    [Fact]
    public async Task Check_OfAServiceThatIsNotThere_IsNotFound()
    {
        await using var host = await RpcHost.StartAsync();
        using var channel = GrpcChannel.ForAddress(host.GrpcAddress);
        var refused = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(channel, "granary.v1.NoService"));
        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task Watch_TellsEachChangeOnce()
    {
        await using var host = await RpcHost.StartAsync(("Granary:Rpc:HealthWatchInterval", "00:00:00.1"));
        using var channel = GrpcChannel.ForAddress(host.GrpcAddress);
        using var watch = new HealthClient(channel).Watch(new HealthCheckRequest(), cancellationToken: Cancel);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        host.Readiness.Fault = "the disk is full.";
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        host.Readiness.Fault = null;
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_OfAServiceThatIsNotThere_SaysSo()
    {
        await using var host = await RpcHost.StartAsync();
        using var channel = GrpcChannel.ForAddress(host.GrpcAddress);
        using var watch = new HealthClient(channel).Watch(new HealthCheckRequest { Service = "granary.v1.NoService" }, cancellationToken: Cancel);
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_BeyondTheLimit_IsRefusedUntilOneEnds()
    {
        await using var host = await RpcHost.StartAsync(("Granary:Rpc:MaxHealthWatches", "1"));
        using var channel = GrpcChannel.ForAddress(host.GrpcAddress);
        var client = new HealthClient(channel);
        using (var first = client.Watch(new HealthCheckRequest(), cancellationToken: Cancel))
        {
            await NextAsync(first);
            using var second = client.Watch(new HealthCheckRequest(), cancellationToken: Cancel);
            var refused = await Assert.ThrowsAsync<RpcException>(() => NextAsync(second));
            Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        }

        // The server learns of the end a moment later than the client.
        for (var isFree = false; !isFree;)
        {
            using var third = client.Watch(new HealthCheckRequest(), cancellationToken: Cancel);
            try
            {
                isFree = await NextAsync(third) == ServingStatus.Serving;
            }
            catch (RpcException busy) when (busy.StatusCode == StatusCode.ResourceExhausted)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<ServingStatus> CheckAsync(GrpcChannel channel, string service) =>
        (await new HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Cancel)).Status;

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        return watch.ResponseStream.Current.Status;
    }
}
