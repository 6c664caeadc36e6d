using Granary.Repositories;

namespace Granary.Projects;

/// <summary>The repository that an import fills. <paramref name="IsNew"/>: it was made for it and has no name yet.</summary>
[GenerateSerializer, Immutable, Alias("granary.ImportPlace")]
public sealed record ImportPlace([property: Id(0)] RepositoryId Id, [property: Id(1)] bool IsNew);
