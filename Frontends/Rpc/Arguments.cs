using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.Git.Reading;
using Granary.Projects;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Frontends.Rpc;

/// <summary>Turns the strings of requests into identities, or refuses them with the sentence that says what is wrong.</summary>
internal static class Arguments
{
    public static UserName User(string text) => UserName.TryParse(text, out var name, out var fault) ? name : throw Invalid(fault);

    public static ProjectKey Project(string text) => ProjectKey.TryParse(text, out var key, out var fault) ? key : throw Invalid(fault);

    public static RepositoryName Repository(string text) =>
        RepositoryName.TryParse(text, out var name, out var fault) ? name : throw Invalid(fault);

    public static RefPattern RefPattern(string text) =>
        Granary.Repositories.Policy.RefPattern.TryParse(text, out var pattern, out var fault) ? pattern : throw Invalid(fault);

    public static RepositoryId RepositoryId(string text) => Granary.Repositories.RepositoryId.TryParse(text, out var id)
        ? id
        : throw Invalid("A repository id has 32 hexadecimal digits; the list of deleted repositories shows it.");

    public static RefName Ref(string text) => RefName.TryParse(text, out var name, out var fault)
        ? name
        : throw Invalid($"This is not a full ref name such as 'refs/heads/main': {fault}.");

    public static ObjectId ObjectId(string text) => Granary.Repositories.ObjectId.TryParse(text, out var id) && id.Format == HashFormat.Sha1
        ? id
        : throw Invalid("An object id has 40 hexadecimal digits.");

    /// <param name="text">A path in a tree.</param>
    /// <param name="raw">Its bytes, when they are not UTF-8.</param>
    public static GitPath Path(string text, ByteString raw)
    {
        var path = GitPath.Parse(text, raw.Span);
        return path.Value ?? throw new RefusedException(path.Refusal!);
    }

    public static Guid TokenId(string text) =>
        Guid.TryParse(text, out var id) ? id : throw Invalid("A token id is a GUID; the list of the user's tokens shows it.");

    public static ProjectRole Role(string text) => text switch
    {
        "viewer" => ProjectRole.Viewer,
        "member" => ProjectRole.Member,
        "admin" => ProjectRole.Admin,
        _ => throw Invalid("A role is 'viewer', 'member' or 'admin'."),
    };

    public static AccessScope Scope(string text) => text switch
    {
        "read" => AccessScope.Read,
        "write" => AccessScope.Write,
        "admin" => AccessScope.Admin,
        _ => throw Invalid("A scope is 'read', 'write' or 'admin'."),
    };

    /// <summary>A message may carry what no clock shows: protobuf checks the range only here.</summary>
    public static DateTimeOffset? Time(Timestamp? time)
    {
        try
        {
            return time?.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            throw Invalid("A time must be between the years 1 and 9999.");
        }
    }

    public static RefusedException Invalid(string fault) => new(new Refusal(RefusalKind.InvalidArgument, fault));
}
