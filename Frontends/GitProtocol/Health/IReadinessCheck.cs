namespace Granary.Frontends.GitProtocol.Health;

/// <summary>One thing that this silo needs in order to serve; the silo registers them.</summary>
public interface IReadinessCheck
{
    /// <summary>What is checked, for the answer.</summary>
    string Name { get; }

    /// <summary>False: clients are served without it as well, so that its fault is said but the silo is ready all the same.</summary>
    bool IsVital => true;

    /// <summary>Null when it works, otherwise a sentence without secrets or paths.</summary>
    Task<string?> CheckAsync(CancellationToken cancellationToken);
}
