using Granary.Projects;
using Granary.Repositories;

namespace Granary.Frontends.Ssh.Git.Commands;

/// <summary>A repository by project and name; leading and trailing slashes and the <c>.git</c> ending make no difference.</summary>
internal sealed record RepositoryPath(ProjectKey Project, RepositoryName Name)
{
    private const string Ending = ".git";

    /// <summary>Null when no repository can be named so.</summary>
    public static RepositoryPath? Parse(string path)
    {
        var parts = path.Trim('/').Split('/');
        if (parts.Length != 2) return null;
        var name = parts[1].EndsWith(Ending, StringComparison.OrdinalIgnoreCase) ? parts[1][..^Ending.Length] : parts[1];
        return ProjectKey.TryParse(parts[0], out var project, out _) && RepositoryName.TryParse(name, out var repository, out _)
            ? new RepositoryPath(project, repository)
            : null;
    }
}
