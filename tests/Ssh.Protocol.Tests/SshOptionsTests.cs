using System.Globalization;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.Tests;

public sealed class SshOptionsTests
{
    private static ValidateOptionsResult Validate(SshOptions options) => new SshOptionsValidator().Validate(null, options);

    [Fact]
    public void Defaults_WithAFolder_AreValid() => Assert.True(Validate(new SshOptions { HostKeyPath = "keys" }).Succeeded);

    [Fact]
    public void Faults_Many_AreAllReportedWithTheirKeys()
    {
        var options = new SshOptions { MaxChannels = 0, StartupsRate = 101, RekeyPackets = 1L << 40, LoginGraceTime = TimeSpan.Zero };
        options.ProxyNetworks.Add("nowhere");
        var result = Validate(options);
        Assert.True(result.Failed);
        foreach (var key in new[] { "HostKeyPath", "MaxChannels", "StartupsRate", "RekeyPackets", "LoginGraceTime", "ProxyNetworks" })
            Assert.Contains(result.Failures, fault => fault.StartsWith(string.Create(CultureInfo.InvariantCulture, $"Granary:Ssh:{key}:"), StringComparison.Ordinal));
    }
}
