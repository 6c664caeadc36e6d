using Google.Protobuf;
using Granary.Git.Reading;

namespace Granary.Frontends.Rpc.Objects;

/// <summary>What a query asks for.</summary>
/// <param name="Revision">Empty: the default branch.</param>
/// <param name="Path">Null: the object of the revision itself.</param>
internal sealed record ObjectName(string Revision, GitPath? Path)
{
    /// <param name="name">A revision or <c>revision:path</c>; no ref has a colon in its name.</param>
    /// <param name="rawPath">A path in bytes; then the name is the revision alone.</param>
    public static Outcome<ObjectName> Parse(string name, ByteString rawPath)
    {
        var colon = rawPath.IsEmpty ? name.IndexOf(':', StringComparison.Ordinal) : name.Length;
        if (colon < 0)
        {
            return name.Length > 0
                ? new ObjectName(name, null)
                : new Refusal(RefusalKind.InvalidArgument, "Which object? The name is empty.");
        }

        var path = GitPath.Parse(name[Math.Min(colon + 1, name.Length)..], rawPath.Span);
        return path.Refusal is null ? new ObjectName(name[..colon], path.Value) : path.Refusal;
    }
}
