using Granary.Frontends.GitProtocol.Health;
using Granary.Grains.Storage;
using Granary.Repositories;

namespace Granary.Silo.Health;

/// <summary>Asks grain storage to write and read.</summary>
internal sealed class StorageCheck(IStorageHealth storage, ILogger<StorageCheck> logger) : IReadinessCheck
{
    private static readonly Action<ILogger, Exception?> LogFailed =
        LoggerMessage.Define(LogLevel.Error, default, "Grain storage does not answer.");

    public string Name => "storage";

    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await storage.PingAsync(cancellationToken);
            return null;
        }
#pragma warning disable CA1031 // Whatever the reason, storage does not answer.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception);
            return VolumeFaults.Find(exception) is { } fault ? $"grain storage does not answer: {fault.Describe()}." : "grain storage does not answer.";
        }
    }
}
