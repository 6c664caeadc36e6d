using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.Tests.Clients;
using Granary.Tests.Harness;
using Granary.Tests.Ssh.TestHost;

namespace Granary.Frontends.Ssh.Protocol.Tests.HostKeys;

public sealed class OpenSshKeyFileTests(ServerFixture fixture)
{
    internal static HostKey Create(string type) => type switch
    {
        "ed25519" => Ed25519HostKey.Create(),
        "ecdsa" => EcdsaHostKey.Create(),
        _ => RsaHostKey.Create(),
    };

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public void Key_Formatted_IsReadByUsAndBySshKeygen(string type)
    {
        using var folder = new TemporaryFolder();
        using var key = Create(type);
        var text = OpenSshKeyFile.Format(key, "a comment");
        using var again = OpenSshKeyFile.Parse(text);
        Assert.Equal(key.PublicBlob, again.PublicBlob);
        File.WriteAllText(folder["key"], text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var result = OpenSsh.Run("ssh-keygen", "-y", "-f", folder["key"]);
        Assert.Equal(0, result.Status);
        Assert.Contains(Convert.ToBase64String(key.PublicBlob), result.Output);
    }

    [Theory]
    [InlineData("ed25519", "256")]
    [InlineData("ecdsa", "256")]
    [InlineData("rsa", "3072")]
    [InlineData("rsa", "4096")]
    public void Key_OfSshKeygen_IsRead(string type, string bits)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, OpenSsh.Run("ssh-keygen", "-q", "-t", type, "-b", bits, "-N", "", "-f", folder["key"]).Status);
        using var key = OpenSshKeyFile.Parse(File.ReadAllText(folder["key"]));
        Assert.Contains(Convert.ToBase64String(key.PublicBlob), File.ReadAllText(folder["key.pub"]));
    }

    [Fact]
    public void Key_WithPassphrase_IsRefusedWithASentence()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, OpenSsh.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", folder["key"]).Status);
        Assert.Contains("encrypted", Assert.Throws<SshKeyFormatException>(() => OpenSshKeyFile.Parse(File.ReadAllText(folder["key"]))).Message);
    }

    [Fact]
    public async Task HostKeys_SecondStart_AreTheSameAndForTheOwnerOnly()
    {
        using var folder = new TemporaryFolder();
        var authority = new AuthorizedKeys([fixture.UserKeyLine]);
        var before = await StartAndReadAsync();
        Assert.Equal(3, before.Count);
        Assert.Equal(before, await StartAndReadAsync());

        async Task<SortedDictionary<string, string>> StartAndReadAsync()
        {
            await using var server = await TestServer.StartAsync(folder["keys"], authority, []);
            var files = new SortedDictionary<string, string>();
            foreach (var path in Directory.GetFiles(folder["keys"]))
            {
                if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
                files[path] = await File.ReadAllTextAsync(path);
            }

            return files;
        }
    }

    [Fact]
    public async Task HostKey_Broken_StopsTheStartAndIsLeftAlone()
    {
        using var folder = new TemporaryFolder();
        var path = System.IO.Path.Combine(Directory.CreateDirectory(folder["keys"]).FullName, "ssh_host_ed25519_key");
        await File.WriteAllTextAsync(path, "not a key", TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => TestServer.StartAsync(folder["keys"], new AuthorizedKeys([]), []));
        Assert.Contains(path, fault.Message);
        Assert.Equal("not a key", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }
}
