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
        var dropped = 0;
        for (var i = 0; i < 100; i++) Enter(i);
        Assert.Equal(0, dropped);
        for (var i = 100; i < 150; i++) Enter(i);
        Assert.InRange(dropped, 5, 40);
        for (var i = 0; i < 10_000; i++) Enter(i);
        Assert.Equal(200, limiter.Count);
        dropped = 0;
        for (var i = 0; i < 1000; i++) Enter(i);
        Assert.Equal((1000, 200), (dropped, limiter.Count));

        void Enter(int address)
        {
            if (limiter.TryEnter(Address(address), () => dropped++, out _) is null) dropped++;
        }
    }

    [Fact]
    public void OneAddress_AboveItsCap_IsDroppedAndOthersAreNot()
    {
        var limiter = Create(options => options.StartupsPerAddress = 3);
        var first = limiter.TryEnter(Address(1), Never, out _)!;
        for (var i = 0; i < 2; i++) Assert.NotNull(limiter.TryEnter(Address(1), Never, out _));
        Assert.Null(limiter.TryEnter(Address(1), Never, out var reason));
        Assert.Equal(DropReason.AddressLimit, reason);
        Assert.NotNull(limiter.TryEnter(Address(2), Never, out _));
        first.Dispose();
        first.Dispose();
        Assert.NotNull(limiter.TryEnter(Address(1), Never, out _));
        Assert.Null(limiter.TryEnter(Address(1), Never, out _));
    }

    [Fact]
    public void Full_ByAFewAddresses_NewcomersTakeTheirOldestPlaces()
    {
        var limiter = Create(options => (options.StartupsBegin, options.StartupsFull, options.StartupsPerAddress) = (100, 100, 60));
        var gaveWay = new List<int>();
        for (var i = 0; i < 60; i++) Enter(1, i);
        for (var i = 60; i < 100; i++) Enter(2, i);

        // The flood's own newcomers are what is refused.
        Assert.Null(limiter.TryEnter(Address(1), Never, out _));
        for (var i = 0; i < 15; i++) Assert.NotNull(limiter.TryEnter(Address(3), Never, out _));
        Assert.Equal(Enumerable.Range(0, 15), gaveWay);
        Assert.Equal(100, limiter.Count);

        void Enter(int address, int id) => Assert.NotNull(limiter.TryEnter(Address(address), () => gaveWay.Add(id), out _));
    }

    [Fact]
    public void Full_ByManyAddresses_TheOldestGiveWayAndTenOfOneAddressAreNoFlood()
    {
        var limiter = Create(options => (options.StartupsBegin, options.StartupsFull, options.StartupsPerAddress) = (100, 100, 60));
        var gaveWay = new List<int>();
        for (var i = 0; i < 100; i++) Enter(i);
        for (var i = 0; i < 10; i++) Assert.NotNull(limiter.TryEnter(Address(500), Never, out _));
        for (var i = 100; i < 150; i++) Enter(i);
        Assert.Equal(Enumerable.Range(0, 60), gaveWay);

        void Enter(int id) => Assert.NotNull(limiter.TryEnter(Address(id), () => gaveWay.Add(id), out _));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void Network_OfAddresses_IsThe64OrTheAddress(string one, string other, bool same) =>
        Assert.Equal(same, StartupLimiter.NetworkOf(IPAddress.Parse(one)).Equals(StartupLimiter.NetworkOf(IPAddress.Parse(other))));

    private static void Never() => Assert.Fail("It had to give way.");

    private static IPAddress Address(int i) => new([10, 0, (byte)(i >> 8), (byte)i]);
}
