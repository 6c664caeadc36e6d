using Granary.Imports.Sources;
using Microsoft.Extensions.Time.Testing;

namespace Granary.Imports.Tests.Sources;

public sealed class SilenceClockTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Await_SourceSilentForTooLong_IsRefused()
    {
        using var clock = new SilenceClock(TimeSpan.FromMinutes(5), _time, default);
        var waiting = clock.AwaitAsync(Never).AsTask();
        _time.Advance(TimeSpan.FromMinutes(5));
        var refused = await Assert.ThrowsAsync<ImportRefusedException>(() => waiting);
        Assert.Equal(RefusalKind.Unavailable, refused.Refusal.Kind);
    }

    [Fact]
    public async Task Await_TimeBetweenReads_DoesNotCount()
    {
        using var clock = new SilenceClock(TimeSpan.FromMinutes(5), _time, default);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i, await clock.AwaitAsync(_ => ValueTask.FromResult(i)));
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.False(clock.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Await_Cancelled_IsNotTakenForSilence()
    {
        using var cancel = new CancellationTokenSource();
        using var clock = new SilenceClock(TimeSpan.FromMinutes(5), _time, cancel.Token);
        var waiting = clock.AwaitAsync(Never).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static async ValueTask<int> Never(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
