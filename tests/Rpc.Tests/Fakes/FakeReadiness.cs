using Granary.Frontends.GitProtocol.Health;

namespace Granary.Frontends.Rpc.Tests.Fakes;

/// <summary>Ready until the test gives it a fault.</summary>
internal sealed class FakeReadiness : IReadinessCheck
{
    private volatile string? _fault;

    public string Name => "fake";

    public string? Fault
    {
        set => _fault = value;
    }

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(_fault);
}
