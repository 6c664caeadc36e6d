using Granary.Ssh.Interop.Tests.Algorithms;
using Granary.Tests.Harness;

namespace Granary.Ssh.Interop.Tests.Clients;

public sealed class OpenSshTests(InteropServer server) : RekeyingClientTests(server, new OpenSsh())
{
    private const int Channels = 4;
    private const int Size = 8_000_000;

    private readonly InteropServer _server = server;

    /// <summary>One connection, both directions at once in several channels, and new keys again and again beneath them.</summary>
    [Fact]
    public async Task ControlMaster_ParallelChannelsWithRekeys_EachGetsItsOwn()
    {
        using var folder = new TemporaryFolder();
        var socket = folder["master"];
        var command = await new OpenSsh().CommandAsync(_server, folder.Path, _server.Keys.For(null), Choice.Any, rekey: 64 << 10);
        await Run.RequireAsync(folder.Path, "sh", "-c", $"{command} -p {_server.Server.SshPort} -M -S '{socket}' -N -f git@127.0.0.1 2> '{folder["log"]}'");
        try
        {
            var git = Git.Create(folder.Path).With("GIT_SSH_COMMAND", $"{command} -S '{socket}'").With("GIT_SSH_VARIANT", "ssh");
            await Task.WhenAll(Enumerable.Range(0, Channels).Select(i => AssertRoundTripAsync(git, Size)));
            Assert.Equal(1, (await _server.Server.Admin.GetAsync("server/ssh-connections")).GetProperty("connections").EnumerateArray().Count(
                connection => connection.GetProperty("bytesSent").GetInt64() > Channels * Size && connection.GetProperty("bytesReceived").GetInt64() > Channels * Size));
        }
        finally
        {
            await Run.TryAsync(folder.Path, "sh", "-c", $"{command} -S '{socket}' -O exit -p {_server.Server.SshPort} git@127.0.0.1");
        }
    }
}
