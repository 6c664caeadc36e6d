using Granary.Ssh.Interop.Tests.Clients;

namespace Granary.Ssh.Interop.Tests;

/// <summary>Clients that can be told when to ask for new keys; the server asks as well, so that both do at once now and then.</summary>
public abstract class RekeyingClientTests(InteropServer server, InteropClient client) : ClientTests(server, client)
{
    private const int Size = 8_000_000;

    private readonly InteropServer _server = server;
    private readonly InteropClient _client = client;

    [Fact]
    public async Task ClientRekeys_WithTheServersBesideThem_DataIsUnchanged()
    {
        Assert.NotEmpty(_client.RekeyLimits);
        foreach (var limit in _client.RekeyLimits)
        {
            var before = await _server.RekeysAsync();
            await AssertRoundTripAsync(await GitAsync(rekey: limit), Size);

            // Twice the size moves; a library may have much more than the limit on its way when its new keys are due.
            Assert.InRange(await _server.RekeysAsync() - before, Size / limit / 16, long.MaxValue);
        }
    }
}
