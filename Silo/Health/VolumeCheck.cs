using Granary.Frontends.GitProtocol.Health;
using Granary.Grains.Posix;
using Granary.Repositories;
using Granary.Silo.Hosting;

namespace Granary.Silo.Health;

/// <summary>Writes and fsyncs a small file on the repository volume.</summary>
internal sealed class VolumeCheck(GranaryOptions options) : IReadinessCheck
{
    private readonly Lock _gate = new();
    private Task<string?>? _running;

    public string Name => "volume";

    /// <summary>One probe at a time: on a volume that hangs, each would hold a thread for as long as it hangs.</summary>
    public Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_running is null or { IsCompleted: true }) _running = Task.Run(Probe, CancellationToken.None);
            return _running;
        }
    }

    private string? Probe() =>
        VolumeProbe.Try(Path.Combine(options.DataPath, "repositories")) is { } fault ? fault.Describe() + "." : null;
}
