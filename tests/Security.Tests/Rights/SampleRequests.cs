using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Granary.Security.Tests.Rights;

/// <summary>Requests whose fields are filled in by their names: well-formed, and without effect even where the rights suffice.</summary>
internal static class SampleRequests
{
    /// <summary>A user, and a repository where it would go or change its name, that do not exist.</summary>
    private const string Nobody = "nobody-there";

    public static IMessage Of(MethodDescriptor method, string project, string repository)
    {
        var request = method.InputType.Parser.ParseFrom([]);
        var changesName = method.Name is "RenameRepository" or "DeleteRepository";
        foreach (var field in method.InputType.Fields.InDeclarationOrder().Where(static f => f is { IsRepeated: false, HasPresence: false, FieldType: FieldType.String }))
        {
            var value = field.Name switch
            {
                "project" => project,
                "key" => "PUBL",
                "repository" => changesName ? Nobody : repository,
                "new_name" => "another-name",
                "name" => method.Name == "CreateUser" ? "admin" : "live",
                "user" => Nobody,
                "role" => "viewer",
                "scope" => "read",
                "password" => "a good long password",
                "public_key" => "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl alice@example",
                "repository_id" => "00000000000000000000000000000001",
                "token_id" => "00000000-0000-0000-0000-000000000001",
                "fingerprint" => "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
                "letter_id" => "1000000",
                "webhook_id" or "delivery_id" => "00000000-0000-0000-0000-000000000001",
                "kind" => method.Name switch { "ListDeadLetters" => "", "PauseJobKind" or "ResumeJobKind" => Nobody, _ => "activity" },
                "issue" => "PUBL-1",
                "branch" or "tag" => method.Name.StartsWith("Create", StringComparison.Ordinal) ? "-" : Nobody,
                "pattern" => "never/pushed",
                _ => "",
            };
            field.Accessor.SetValue(request, value);
        }

        if (request is V1.SetProtectionRuleRequest rule) rule.Rule = new V1.ProtectionRule { Pattern = "never/*", NoForce = true };
        if (request is V1.WatchRepositoryRequest watch) watch.NoFollow = true;
        if (request is V1.CommitFilesRequest files) files.Header = new V1.CommitHeader { Project = project, Repository = repository, Branch = "-" };
        if (request is V1.ReadObjectsRequest objects) objects.Header = new V1.ReadObjectsHeader { Project = project, Repository = repository };
        return request;
    }
}
