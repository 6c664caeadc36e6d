using System.CommandLine;

namespace Granary.Silo.Cli;

/// <summary>Whose webhooks a command is about: <c>PROJECT</c> or <c>PROJECT/REPOSITORY</c>.</summary>
internal sealed record WebhookOwner(string Project, string Repository)
{
    public static Argument<WebhookOwner> Argument() => new("owner")
    {
        Description = "PROJECT/REPOSITORY, or PROJECT for all of its repositories.",
        CustomParser = static result =>
        {
            var text = result.Tokens[0].Value;
            if (RepositoryPath.TryParse(text) is { } path) return new WebhookOwner(path.Project, path.Repository);
            if (text.Length > 0 && !text.Contains('/', StringComparison.Ordinal)) return new WebhookOwner(text, "");
            result.AddError($"'{text}' is neither a project nor a repository; write PROJECT or PROJECT/REPOSITORY, for example DEMO/hello.");
            return null;
        },
    };

    public override string ToString() => Repository.Length > 0 ? $"{Project}/{Repository}" : Project;
}
