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

    private static RepositoryPath? Parse(ArgumentResult result)
    {
        if (result.Tokens[0].Value.Split('/') is [{ Length: > 0 } project, { Length: > 0 } repository])
            return new RepositoryPath(project, repository);
        result.AddError($"'{result.Tokens[0].Value}' is not a repository; write PROJECT/REPOSITORY, for example DEMO/hello.");
        return null;
    }
}
