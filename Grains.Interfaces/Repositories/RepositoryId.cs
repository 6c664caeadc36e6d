namespace Granary.Repositories;

/// <summary>The lasting identity of a repository; its place on disk and its grain are keyed by it, so that renames move nothing.</summary>
[GenerateSerializer, Immutable, Alias("granary.RepositoryId")]
public readonly record struct RepositoryId([property: Id(0)] Guid Value)
{
    public static RepositoryId New() => new(Guid.NewGuid());

    public static bool TryParse(string? text, out RepositoryId id)
    {
        var ok = Guid.TryParseExact(text, "N", out var value) || Guid.TryParseExact(text, "D", out value);
        id = new RepositoryId(value);
        return ok;
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("N");
}
