using Microsoft.Extensions.Logging;

namespace Granary.Tests.Ssh.TestHost;

/// <summary>Counts log lines of level Error that are not about a command.</summary>
internal sealed class FaultCounter : ILoggerProvider, ILogger
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error && !formatter(state, exception).Contains("a command failed", StringComparison.Ordinal)) Interlocked.Increment(ref _count);
    }

    public void Dispose()
    {
    }
}
