namespace Granary.Repositories;

/// <summary>A fault: the repository's files cannot be read or written now, or are not there.</summary>
[GenerateSerializer, Alias("granary.RepositoryUnavailableException")]
public sealed class RepositoryUnavailableException : Exception
{
    public RepositoryUnavailableException(RepositoryId repository, Exception? cause = null)
        : base("The repository's volume could not be read or written.", cause) => Repository = repository;

    [Id(0)]
    public RepositoryId Repository { get; }
}
