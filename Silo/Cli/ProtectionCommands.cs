using System.CommandLine;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary repo protect …</c>, <c>protections</c> and <c>unprotect</c>.</summary>
internal static class ProtectionCommands
{
    public static IEnumerable<Command> Create(CommandSet set, Argument<RepositoryPath> path)
    {
        var pattern = new Argument<string>("pattern")
        {
            Description = "Refs: a branch, a full name or folder of refs, or a glob such as 'release/*' or 'refs/tags/**'.",
        };
        yield return Protect(set, path, pattern);
        yield return set.Define("protections", "Lists the protection rules of a repository.", call => ListAsync(call, call.Get(path)), path);
        yield return set.Define("unprotect", "Removes a protection rule.", call => UnprotectAsync(call, call.Get(path), call.Get(pattern)), path, pattern);
    }

    private static Command Protect(CommandSet set, Argument<RepositoryPath> path, Argument<string> pattern)
    {
        var noDeletion = new Option<bool>("--no-deletion") { Description = "The refs may not be deleted." };
        var noForce = new Option<bool>("--no-force") { Description = "The refs may only be fast-forwarded." };
        var role = new Option<string>("--role") { Description = "The least role that may push to them: member or admin." };
        role.AcceptOnlyFromAmong("member", "admin");
        var users = new Option<string[]>("--user") { Description = "A user who may push to them, whatever the role; may be repeated.", HelpName = "name" };
        var nobody = new Option<bool>("--nobody") { Description = "Nobody may push to them, except those named." };
        var signedOff = new Option<bool>("--signed-off") { Description = "New commits must be signed off." };
        var message = new Option<string>("--message") { Description = "An expression that messages of new commits must match.", HelpName = "regex" };
        var authorMail = new Option<string>("--author-mail") { Description = "One that their authors' mail addresses must match.", HelpName = "regex" };
        return set.Define(
            "protect", "Makes a protection rule, or replaces the one of the same pattern.", ProtectAsync,
            path, pattern, noDeletion, noForce, role, users, nobody, signedOff, message, authorMail);

        async Task ProtectAsync(Invocation call)
        {
            var rule = new ProtectionRule { Pattern = call.Get(pattern), NoDeletion = call.Get(noDeletion), NoForce = call.Get(noForce) };
            var named = call.Get(users) ?? [];
            if (call.Get(nobody) && call.Get(role) is not null) throw new UsageException("--nobody and --role contradict each other.");
            if (call.Get(nobody) || call.Get(role) is not null || named.Length > 0)
                rule.Pushers = new Pushers { Role = call.Get(role) ?? "", Users = { named } };
            if (call.Get(signedOff) || call.Get(message) is not null || call.Get(authorMail) is not null)
            {
                rule.Commits = new CommitRule
                {
                    SignedOff = call.Get(signedOff),
                    Message = call.Get(message) ?? "",
                    AuthorMail = call.Get(authorMail) ?? "",
                };
            }

            var request = new SetProtectionRuleRequest { Project = call.Get(path).Project, Repository = call.Get(path).Repository, Rule = rule };
            var made = (await call.Policies.SetProtectionRuleAsync(request, cancellationToken: call.Cancellation)).Rule;
            call.Output.Done(made, $"'{made.Pattern}' is protected in '{call.Get(path)}'.");
        }
    }

    private static async Task ListAsync(Invocation call, RepositoryPath path)
    {
        var request = new ListProtectionRulesRequest { Project = path.Project, Repository = path.Repository };
        var rules = (await call.Policies.ListProtectionRulesAsync(request, cancellationToken: call.Cancellation)).Rules;
        call.Output.List(rules, ["PATTERN", "NO DELETION", "NO FORCE", "PUSHERS", "COMMITS"], rule =>
            [rule.Pattern, Output.YesNo(rule.NoDeletion), Output.YesNo(rule.NoForce), Describe(rule.Pushers), Describe(rule.Commits)]);
    }

    private static async Task UnprotectAsync(Invocation call, RepositoryPath path, string pattern)
    {
        var request = new DeleteProtectionRuleRequest { Project = path.Project, Repository = path.Repository, Pattern = pattern };
        var response = await call.Policies.DeleteProtectionRuleAsync(request, cancellationToken: call.Cancellation);
        call.Output.Done(response, $"'{pattern}' has no protection rule of its own in '{path}' any more.");
    }

    private static string Describe(Pushers? pushers) => pushers is null ? "all"
        : string.Join(", ", pushers.Users.Prepend(pushers.Role).Where(static who => who.Length > 0)) is { Length: > 0 } who ? who : "nobody";

    private static string Describe(CommitRule? commits)
    {
        if (commits is null) return "any";
        string[] all =
        [
            commits.SignedOff ? "signed off" : "",
            commits.Message.Length > 0 ? $"message {commits.Message}" : "",
            commits.AuthorMail.Length > 0 ? $"mail {commits.AuthorMail}" : "",
        ];
        return string.Join(", ", all.Where(static part => part.Length > 0));
    }
}
