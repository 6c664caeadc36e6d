namespace Granary.Repositories;

/// <summary>A fault: the repository's files cannot be read or written now, or are not there.</summary>
[GenerateSerializer, Alias("granary.RepositoryUnavailableException")]
public sealed class RepositoryUnavailableException : Exception
{
    public RepositoryUnavailableException(RepositoryId repository, VolumeFault? fault = null)
        : base("The repository's volume could not be read or written.") => (Repository, Fault) = (repository, fault);

    [Id(0)]
    public RepositoryId Repository { get; }

    /// <summary>What the volume said; null when it is not its fault.</summary>
    [Id(1)]
    public VolumeFault? Fault { get; }
}
