using Granary.Git.Reading;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading;

/// <inheritdoc cref="IRevisions"/>
internal sealed class Revisions(IRefCache refs, ReaderPool readers) : IRevisions
{
    private const int MinDigits = 4;
    private const int MaxLength = 1100;

    private static readonly string[] Prefixes = ["", "refs/", "refs/tags/", "refs/heads/"];

    public async Task<Outcome<Revision>> ResolveAsync(RepositoryId repository, string revision, CancellationToken cancellationToken)
    {
        if (revision.Length > MaxLength) return new Refusal(RefusalKind.InvalidArgument, $"A revision has at most {MaxLength} characters.");
        if (ObjectId.TryParse(revision, out var id) && id.Format == HashFormat.Sha1) return new Revision(id, null);
        var snapshot = (await refs.GetAsync(repository, cancellationToken)).Visible;
        if (revision is "" or "HEAD" or "@")
        {
            return snapshot.TryResolveHead(out var head)
                ? new Revision(head, snapshot.HeadTarget)
                : new Refusal(RefusalKind.NotFound, "The repository has no commits on its default branch yet.");
        }

        foreach (var prefix in Prefixes)
        {
            var name = prefix + revision;
            if (name.StartsWith("refs/", StringComparison.Ordinal) && snapshot.TryFind(name, out var found)) return new Revision(found, name);
        }

        if (revision.Length >= MinDigits && revision.All(char.IsAsciiHexDigit) && revision.Length < snapshot.HashFormat.HexLength())
            return await FindAsync(repository, revision, snapshot.HashFormat, cancellationToken);
        return Nothing(revision);
    }

    private static Refusal Nothing(string revision) =>
        new(RefusalKind.NotFound, $"There is no branch, tag or commit '{(revision.Length > 200 ? revision[..200] + "…" : revision)}'.");

    private async Task<Outcome<Revision>> FindAsync(RepositoryId repository, string digits, HashFormat format, CancellationToken cancellationToken)
    {
        var start = ObjectId.Parse(digits.PadRight(format.HexLength(), '0'));
        var (id, isAmbiguous) = await readers.ReadAsync(
            ReadKind.Revision, repository, (handle, _) => (handle.Objects.Find(start, digits.Length, out var several), several), cancellationToken);
        if (isAmbiguous) return new Refusal(RefusalKind.InvalidArgument, $"'{digits}' is the beginning of several object ids; give more of it.");
        return id is { } found ? new Revision(found, null) : Nothing(digits);
    }
}
