using System.Net;
using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.Limits;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.Tests.Limits;

public sealed class StartupLimiterTests
{
    private static StartupLimiter Create(Action<SshOptions> change)
    {
        var options = new SshOptions();
        change(options);
        return new StartupLimiter(Options.Create(options), new Random(1));
    }

    [Fact]
    public void Flood_BetweenBeginAndFull_IsDroppedMoreAndMoreAndAtFullAlways()
    {
        var limiter = Create(options => (options.StartupsBegin, options.StartupsRate, options.StartupsFull, options.StartupsPerAddress) = (100, 30, 200, 100_000));
        for (var i = 0; i < 100; i++) Assert.Null(limiter.TryEnter(Address(i)));
        var early = Enumerable.Range(0, 50).Count(i => limiter.TryEnter(Address(i)) is not null);
        Assert.InRange(early, 5, 40);
        for (var i = 0; i < 10_000; i++) limiter.TryEnter(Address(i));
        Assert.InRange(limiter.Count, 190, 200);
        while (limiter.Count < 200) limiter.TryEnter(Address(1));
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Equal(DropReason.StartupLimit, limiter.TryEnter(Address(i))));
    }

    [Fact]
    public void OneAddress_AboveItsCap_IsDroppedAndOthersAreNot()
    {
        var limiter = Create(options => options.StartupsPerAddress = 3);
        for (var i = 0; i < 3; i++) Assert.Null(limiter.TryEnter(Address(1)));
        Assert.Equal(DropReason.AddressLimit, limiter.TryEnter(Address(1)));
        Assert.Null(limiter.TryEnter(Address(2)));
        limiter.Leave(Address(1));
        Assert.Null(limiter.TryEnter(Address(1)));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void Network_OfAddresses_IsThe64OrTheAddress(string one, string other, bool same) =>
        Assert.Equal(same, StartupLimiter.NetworkOf(IPAddress.Parse(one)).Equals(StartupLimiter.NetworkOf(IPAddress.Parse(other))));

    private static IPAddress Address(int i) => new([10, 0, (byte)(i >> 8), (byte)i]);
}
