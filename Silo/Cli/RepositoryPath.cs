using System.CommandLine;
using System.CommandLine.Parsing;

namespace Granary.Silo.Cli;

/// <summary>A repository as commands name it: <c>PROJECT/REPOSITORY</c>.</summary>
internal sealed record RepositoryPath(string Project, string Repository)
{
    public static Argument<RepositoryPath> Argument() => new("repository")
    {
        Description = "PROJECT/REPOSITORY, for example DEMO/hello.",
        CustomParser = Parse,
    };

    public override string ToString() => $"{Project}/{Repository}";

    /// <summary>Null when it is not of that form.</summary>
    public static RepositoryPath? TryParse(string text) =>
        text.Split('/') is [{ Length: > 0 } project, { Length: > 0 } repository] ? new RepositoryPath(project, repository) : null;

    private static RepositoryPath? Parse(ArgumentResult result)
    {
        if (TryParse(result.Tokens[0].Value) is { } path) return path;
        result.AddError($"'{result.Tokens[0].Value}' is not a repository; write PROJECT/REPOSITORY, for example DEMO/hello.");
        return null;
    }
}
