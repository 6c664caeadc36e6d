using System.Diagnostics.Metrics;
using System.Net;
using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.Wire;
using Granary.Tests.Harness;
using Granary.Tests.Ssh.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Frontends.Ssh.Protocol.Tests.Drops;

/// <summary>A fault of the server itself: an authority that throws what nobody expects.</summary>
public sealed class FaultTests(ServerFixture fixture)
{
    [Fact]
    public async Task Fault_OfTheAuthority_IsCountedAndEndsItsConnectionOnly()
    {
        await using var server = await TestServer.StartAsync(Path.Combine(fixture.Folder, "keys"), new FaultyAuthority(), []);
        var faults = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "granary.ssh.drops" && instrument.Meter.Scope == server.Services.GetRequiredService<IMeterFactory>()) listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if ((string?)tags[0].Value == nameof(DropReason.Fault)) Interlocked.Add(ref faults, (int)count);
        });
        listener.Start();
        using var bystander = await (await RawClient.ConnectAsync(server.Port)).ExchangeKeysAsync();
        using var client = await (await RawClient.ConnectAsync(server.Port)).ExchangeKeysAsync();
        await client.RequestServiceAsync();
        await client.SendAsync(RawClient.Login("git", "ssh-ed25519", fixture.UserKey.PublicBlob, signed: false));
        await client.ExpectDisconnectAsync(DisconnectReason.ByApplication);
        await Until.HoldsAsync("one fault is counted", () => Volatile.Read(ref faults) == 1);
        await bystander.RequestServiceAsync();
        Assert.Equal(1, server.Faults);
    }

    private sealed class FaultyAuthority : ISshAuthority
    {
        public ValueTask<bool> IsAcceptableAsync(string userName, OfferedKey key, IPEndPoint peer, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("As the test wants it.");

        public ValueTask<SshIdentity?> AuthenticateAsync(string userName, VerifiedKey key, IPEndPoint peer, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("As the test wants it.");
    }
}
