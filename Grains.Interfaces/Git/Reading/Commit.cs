using Granary.Repositories;

namespace Granary.Git.Reading;

/// <summary>A commit. Its texts are decoded by the encoding that it names, else as UTF-8; what cannot be decoded is U+FFFD.</summary>
/// <param name="Id">Of the commit.</param>
/// <param name="Tree">What it recorded.</param>
/// <param name="Parents">In its order.</param>
/// <param name="Author">Who wrote the change.</param>
/// <param name="Committer">Who made the commit.</param>
/// <param name="Message">With its first line.</param>
/// <param name="IsCut">Whether the message is longer.</param>
/// <param name="Encoding">As the commit names it; null: it names none, which means UTF-8.</param>
/// <param name="Signature">Null: it is not signed.</param>
public sealed record Commit(
    ObjectId Id,
    ObjectId Tree,
    IReadOnlyList<ObjectId> Parents,
    Person Author,
    Person Committer,
    string Message,
    bool IsCut,
    string? Encoding,
    ObjectSignature? Signature)
{
    /// <summary>The message up to its first blank line, in one line, as git's <c>%s</c>: white space at the end of a line does not count.</summary>
    public string Subject => string.Join(
        ' ', Message.Split('\n').Select(static line => line.TrimEnd(' ', '\t', '\r')).SkipWhile(static line => line.Length == 0).TakeWhile(static line => line.Length > 0));
}

/// <summary>Who did something, and when.</summary>
/// <param name="Name">As it was written, without spaces around it.</param>
/// <param name="Mail">What stands between the angle brackets.</param>
/// <param name="Seconds">Since 1970 in UTC.</param>
/// <param name="OffsetMinutes">What the clock there was ahead of UTC.</param>
public sealed record Person(string Name, string Mail, long Seconds, int OffsetMinutes);

/// <summary>A signature that an object carries. It was looked at, and not verified.</summary>
/// <param name="Kind">How it was made.</param>
/// <param name="KeyId">
/// OpenPGP: the issuer's fingerprint, else the 16 digits of its key id; SSH: <c>SHA256:…</c> of the key; empty when it does not say.
/// </param>
public sealed record ObjectSignature(SignatureKind Kind, string KeyId);

public enum SignatureKind
{
    Unknown = 0,
    OpenPgp = 1,
    Ssh = 2,
    X509 = 3,
}
