using Granary.Frontends.GitProtocol.Health;
using Granary.Streams.RabbitMq.Connections;

namespace Granary.Silo.Streams;

/// <summary>Says that the broker is away. Pushes do not need it: to take the silo out of service would make the outage one of git, too.</summary>
internal sealed class StreamsCheck(RabbitMqHealth health) : IReadinessCheck
{
    public string Name => "streams";

    public bool IsVital => false;

    /// <summary>Where the broker is, and what exactly is wrong, is in the log: the answer is for everybody.</summary>
    public Task<string?> CheckAsync(CancellationToken cancellationToken) =>
        Task.FromResult(health.Fault is null ? null : "RabbitMQ cannot be reached; pushes are accepted, what follows them waits.");
}
