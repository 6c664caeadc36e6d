using System.Text;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Tests.Harness;
using Granary.Tests.Ssh.TestHost;

namespace Granary.Frontends.Ssh.Protocol.Tests.Clients;

/// <summary>The real client against the protocol layer.</summary>
public sealed class OpenSshTests(ServerFixture fixture)
{
    private Task<(int Status, byte[] Output, string Error)> RunAsync(string command, byte[]? input = null, params string[] options) =>
        OpenSsh.RunAsync("ssh", input, OpenSsh.Client(fixture, fixture.Server.Port, command, options));

    [Fact]
    public async Task Ssh_Commands_GiveOutputErrorAndStatus()
    {
        Assert.Equal(7, (await RunAsync("exit 7")).Status);
        var error = await RunAsync("stderr some text");
        Assert.Equal((3, "some text\n"), (error.Status, error.Error));
        Assert.Equal(127, (await RunAsync("git-frobnicate 'x'")).Status);
        var greeting = await RunAsync("");
        Assert.StartsWith("Hi SHA256:", Encoding.UTF8.GetString(greeting.Output));
        Assert.Equal(0, greeting.Status);
        Assert.Equal("version=2\n", Encoding.UTF8.GetString((await RunAsync("env", null, "-o", "SetEnv=GIT_PROTOCOL=version=2")).Output));
    }

    [Theory]
    [InlineData("aes256-gcm@openssh.com")]
    [InlineData("aes128-gcm@openssh.com")]
    [InlineData("chacha20-poly1305@openssh.com")]
    [InlineData("aes256-ctr", "hmac-sha2-256-etm@openssh.com")]
    [InlineData("aes128-ctr", "hmac-sha2-512")]
    public async Task Ssh_EachCipherWithRekeysFromBothSides_MovesDataUnchanged(string cipher, string mac = "hmac-sha2-256")
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:RekeyBytes=1048576");
        var data = new byte[20_000_000];
        new Random(3).NextBytes(data);
        var (status, output, error) = await OpenSsh.RunAsync("ssh", data, OpenSsh.Client(fixture, server.Port, "echo", "-c", cipher, "-m", mac, "-o", "RekeyLimit=700K"));
        Assert.Equal((0, ""), (status, error));
        Assert.True(data.AsSpan().SequenceEqual(output));
    }

    [Theory]
    [InlineData("ed25519", "256")]
    [InlineData("ecdsa", "256")]
    [InlineData("ecdsa", "384")]
    [InlineData("ecdsa", "521")]
    [InlineData("rsa", "2048")]
    [InlineData("rsa", "4096")]
    public async Task Ssh_EachKindOfUserKey_LogsIn(string type, string bits)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, OpenSsh.Run("ssh-keygen", "-q", "-t", type, "-b", bits, "-N", "", "-f", folder["id"]).Status);
        await using var server = await TestServer.StartAsync(folder["keys"], new AuthorizedKeys(await File.ReadAllLinesAsync(folder["id.pub"], TestContext.Current.CancellationToken)), []);
        var result = await OpenSsh.RunAsync("ssh", null, OpenSsh.Client(fixture, server.Port, "exit 4", "-i", folder["id"]));
        Assert.Equal((4, ""), (result.Status, result.Error));
    }

    [Fact]
    public async Task Ssh_UnknownKey_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var stranger = Ed25519HostKey.Create();
        await using var server = await TestServer.StartAsync(folder["keys"], new AuthorizedKeys([]), []);
        var result = await OpenSsh.RunAsync("ssh", null, OpenSsh.Client(fixture, server.Port, "exit 0"));
        Assert.Equal(255, result.Status);
        Assert.Contains("Permission denied (publickey)", result.Error);
    }

    [Fact]
    public async Task Ssh_StrictProfile_ConnectsAndRefusesNistCurves()
    {
        await using var server = await fixture.StartAsync("--Granary:Ssh:Profile=Strict");
        Assert.Equal(5, (await OpenSsh.RunAsync("ssh", null, OpenSsh.Client(fixture, server.Port, "exit 5"))).Status);
        foreach (var option in new[] { "KexAlgorithms=ecdh-sha2-nistp256", "HostKeyAlgorithms=ecdsa-sha2-nistp256" })
            Assert.Equal(255, (await OpenSsh.RunAsync("ssh", null, OpenSsh.Client(fixture, server.Port, "exit 5", "-o", option))).Status);
        Assert.Equal(255, (await OpenSsh.RunAsync("ssh", null, OpenSsh.Client(fixture, server.Port, "exit 5", "-c", "aes128-ctr", "-m", "hmac-sha2-256"))).Status);
    }

    [Fact]
    public async Task Ssh_ControlMaster_RunsChannelsSideBySide()
    {
        using var folder = new TemporaryFolder();
        string[] shared = ["-o", $"ControlPath={folder["control"]}"];
        var master = OpenSsh.RunAsync("ssh", null, OpenSsh.Client(fixture, fixture.Server.Port, "", [.. shared, "-M", "-N", "-f"]));
        Assert.Equal(0, (await master).Status);
        try
        {
            var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => RunAsync($"source {10_000_000 + i}", null, shared)));
            Assert.Equal([10_000_000, 10_000_001, 10_000_002, 10_000_003], runs.Select(run => run.Output.Length));
            Assert.All(runs, run => Assert.Equal(0, run.Status));
        }
        finally
        {
            await RunAsync("", null, [.. shared, "-O", "exit"]);
        }
    }
}
