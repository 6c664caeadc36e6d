using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
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
internal static partial class Arguments
{
    public static UserName User(string text, [CallerArgumentExpression(nameof(text))] string source = "") =>
        UserName.TryParse(text, out var name, out var fault) ? name : throw Invalid(fault, FieldOf(source));

    public static ProjectKey Project(string text, [CallerArgumentExpression(nameof(text))] string source = "") =>
        ProjectKey.TryParse(text, out var key, out var fault) ? key : throw Invalid(fault, FieldOf(source));

    public static RepositoryName Repository(string text, [CallerArgumentExpression(nameof(text))] string source = "") =>
        RepositoryName.TryParse(text, out var name, out var fault) ? name : throw Invalid(fault, FieldOf(source));

    public static RefPattern RefPattern(string text, [CallerArgumentExpression(nameof(text))] string source = "") =>
        Granary.Repositories.Policy.RefPattern.TryParse(text, out var pattern, out var fault) ? pattern : throw Invalid(fault, FieldOf(source));

    public static RepositoryId RepositoryId(string text, [CallerArgumentExpression(nameof(text))] string source = "") =>
        Granary.Repositories.RepositoryId.TryParse(text, out var id)
            ? id
            : throw Invalid("A repository id has 32 hexadecimal digits; the list of deleted repositories shows it.", FieldOf(source));

    public static RefName Ref(string text, [CallerArgumentExpression(nameof(text))] string source = "") =>
        RefName.TryParse(text, out var name, out var fault)
            ? name
            : throw Invalid($"This is not a full ref name such as 'refs/heads/main': {fault}.", FieldOf(source));

    public static ObjectId ObjectId(string text, [CallerArgumentExpression(nameof(text))] string source = "") =>
        Granary.Repositories.ObjectId.TryParse(text, out var id) && id.Format == HashFormat.Sha1
            ? id
            : throw Invalid("An object id has 40 hexadecimal digits.", FieldOf(source));

    /// <param name="text">A path in a tree.</param>
    /// <param name="raw">Its bytes, when they are not UTF-8.</param>
    public static GitPath Path(string text, ByteString raw)
    {
        var path = GitPath.Parse(text, raw.Span);
        return path.Value ?? throw new RefusedException(path.Refusal!);
    }

    public static Guid TokenId(string text, [CallerArgumentExpression(nameof(text))] string source = "") =>
        Guid.TryParse(text, out var id) ? id : throw Invalid("A token id is a GUID; the list of the user's tokens shows it.", FieldOf(source));

    public static ProjectRole Role(string text, [CallerArgumentExpression(nameof(text))] string source = "") => text switch
    {
        "viewer" => ProjectRole.Viewer,
        "member" => ProjectRole.Member,
        "admin" => ProjectRole.Admin,
        _ => throw Invalid("A role is 'viewer', 'member' or 'admin'.", FieldOf(source)),
    };

    public static AccessScope Scope(string text, [CallerArgumentExpression(nameof(text))] string source = "") => text switch
    {
        "read" => AccessScope.Read,
        "write" => AccessScope.Write,
        "admin" => AccessScope.Admin,
        _ => throw Invalid("A scope is 'read', 'write' or 'admin'.", FieldOf(source)),
    };

    /// <summary>A message may carry what no clock shows: protobuf checks the range only here.</summary>
    public static DateTimeOffset? Time(Timestamp? time, [CallerArgumentExpression(nameof(time))] string source = "")
    {
        try
        {
            return time?.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            throw Invalid("A time must be between the years 1 and 9999.", FieldOf(source));
        }
    }

    /// <param name="fault">A sentence.</param>
    /// <param name="field">Of the request, as the proto names it; null: it is not about one alone.</param>
    public static RefusedException Invalid(string fault, string? field = null) => new(new Refusal(RefusalKind.InvalidArgument, fault, field));

    /// <summary>The field of the proto that an expression such as <c>request.NewName</c> or a variable named after it reads; null when it is neither.</summary>
    internal static string? FieldOf(string expression) =>
        PropertyPattern().Match(expression) is { Success: true } match
            ? WordPattern().Replace(match.Groups["name"].Value, static word => (word.Index > 0 ? "_" : "") + char.ToLowerInvariant(word.Value[0]))
            : null;

    [GeneratedRegex(@"^([a-z]\w*(\.[A-Z]\w*)*\.)?(?<name>\w+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex PropertyPattern();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex WordPattern();
}
