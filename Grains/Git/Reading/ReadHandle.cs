using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading;

/// <summary>A repository as a read sees it. Readers of a repository share its object stores.</summary>
internal sealed class ReadHandle(RepositoryId repository, RepositoryPaths paths, ObjectSource objects)
{
    /// <summary>Of a commit, tag or tree: some million entries.</summary>
    private const long MaxStructure = 64 << 20;

    public RepositoryId Repository { get; } = repository;

    public RepositoryPaths Paths { get; } = paths;

    public ObjectSource Objects { get; } = objects;

    /// <summary>The bytes of a commit, tag or tree, which are to be disposed.</summary>
    /// <exception cref="MissingObjectException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is of another kind, or larger than any that is of use.</exception>
    public RawObject Read(ObjectId id, ObjectKind kind)
    {
        var header = Objects.ReadHeader(id);
        if (header.Kind != kind) throw new InvalidDataException($"{id} is no {kind}.");
        if (header.Size > MaxStructure) throw new InvalidDataException($"{id} has {header.Size} bytes.");
        return Objects.Read(id);
    }

    /// <summary>Follows tags; null when it is not there, or something else than what was wanted.</summary>
    public ObjectId? Peel(ObjectId id, ObjectKind wanted)
    {
        if (Unwrap(id) is not { } target) return null;
        if (target.Kind == wanted) return target.Id;
        if (target.Kind != ObjectKind.Commit || wanted != ObjectKind.Tree) return null;
        using var commit = Read(target.Id, ObjectKind.Commit);
        return ObjectLinks.TreeOf(commit.Data);
    }

    /// <summary>Where tags lead in the end; null when something on the way is not there.</summary>
    public (ObjectId Id, ObjectKind Kind)? Unwrap(ObjectId id)
    {
        const int maxTags = 16;
        for (var depth = 0; depth <= maxTags; depth++)
        {
            if (Objects.TryReadHeader(id) is not { } header) return null;
            if (header.Kind != ObjectKind.Tag) return (id, header.Kind);
            using var tag = Read(id, ObjectKind.Tag);
            id = ObjectLinks.TargetOf(tag.Data);
        }

        return null;
    }
}
