namespace Granary.Frontends.Http.Health;

/// <summary>One thing that this silo needs in order to serve; the silo registers them.</summary>
public interface IReadinessCheck
{
    /// <summary>What is checked, for the answer.</summary>
    string Name { get; }

    /// <summary>Null when it works, otherwise a sentence without secrets or paths.</summary>
    Task<string?> CheckAsync(CancellationToken cancellationToken);
}
