using System.Net;
using Granary.Grains.Accounts;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Granary.Grains.Tests.Accounts;

public sealed class LoginThrottleTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly AccountOptions _options = new();

    [Fact]
    public void Wait_FreeFailures_AreNotDelayed()
    {
        var throttle = New();
        for (var i = 0; i < _options.FreeFailuresPerUser; i++) Assert.True(Wait(throttle, "u:alice").IsCompletedSuccessfully);
        Assert.False(Wait(throttle, "u:alice").IsCompleted);
        Assert.True(Wait(throttle, "u:bob").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Wait_FurtherFailures_DoubleTheDelayUpToTheLimit()
    {
        var throttle = New();
        for (var i = 0; i < _options.FreeFailuresPerUser; i++) await Wait(throttle, "u:alice");
        foreach (var seconds in new[] { 0.25, 0.5, 1, 2, 4, 5, 5 })
        {
            var waiting = Wait(throttle, "u:alice");
            _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.False(waiting.IsCompleted);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Null(await waiting);
        }
    }

    [Fact]
    public async Task Wait_TooManyWaiters_SaysWhenToComeBack()
    {
        var throttle = New();
        for (var i = 0; i < _options.FreeFailuresPerUser; i++) await Wait(throttle, "u:alice");
        var waiting = Enumerable.Range(0, _options.MaxWaiters).Select(_ => Wait(throttle, "u:alice")).ToList();
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        var retryAfter = await Wait(throttle, "u:alice");
        Assert.True(retryAfter > TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.All(await Task.WhenAll(waiting), refused => Assert.Null(refused));
    }

    [Fact]
    public async Task Wait_AfterSuccess_IsFreeAgain()
    {
        var throttle = New();
        for (var i = 0; i < _options.FreeFailuresPerUser; i++) await Wait(throttle, "u:alice");
        throttle.Succeeded("u:alice");
        Assert.True(Wait(throttle, "u:alice").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Wait_TimePassed_FailuresAreForgiven()
    {
        var throttle = New();
        for (var i = 0; i < _options.FreeFailuresPerUser; i++) await Wait(throttle, "u:alice");
        _clock.Advance(_options.ForgiveAfter);
        Assert.True(Wait(throttle, "u:alice").IsCompletedSuccessfully);
        Assert.False(Wait(throttle, "u:alice").IsCompleted);
    }

    [Fact]
    public void Wait_FailingAddress_DelaysEveryUserFromThere()
    {
        var throttle = New();
        for (var i = 0; i < _options.FreeFailuresPerAddress; i++) throttle.Failed("a:1");
        Assert.False(Wait(throttle, "u:anybody", "a:1").IsCompleted);
        Assert.True(Wait(throttle, "u:somebody", "a:2").IsCompletedSuccessfully);
    }

    [Fact]
    public void Failed_MoreKeysThanRoom_MemoryIsBounded()
    {
        _options.MaxCounted = 100;
        var throttle = New();
        for (var i = 0; i < 1000; i++)
        {
            throttle.Failed($"a:{i}");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(throttle.Count, 50, 100);
        for (var i = 0; i < _options.FreeFailuresPerAddress - 1; i++) throttle.Failed("a:999");
        Assert.False(Wait(throttle, "u:x", "a:999").IsCompleted);
    }

    [Theory]
    [InlineData("2001:db8:1:2:3::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void AddressKey_Networks_AreOneOrTwo(string first, string second, bool same) =>
        Assert.Equal(same, LoginThrottle.AddressKey(IPAddress.Parse(first)) == LoginThrottle.AddressKey(IPAddress.Parse(second)));

    private static Task<TimeSpan?> Wait(LoginThrottle throttle, string user, string? address = null) =>
        throttle.WaitAsync(user, address, CancellationToken.None).AsTask();

    private LoginThrottle New() => new(Options.Create(_options), _clock);
}
