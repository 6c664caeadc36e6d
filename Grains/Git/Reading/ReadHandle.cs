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
        const int maxTags = 16;
        for (var depth = 0; depth < maxTags; depth++)
        {
            if (Objects.TryReadHeader(id) is not { } header) return null;
            if (header.Kind == wanted) return id;
            if (header.Kind == ObjectKind.Commit && wanted == ObjectKind.Tree)
            {
                using var commit = Read(id, ObjectKind.Commit);
                return Granary.Grains.Git.Objects.ObjectLinks.TreeOf(commit.Data);
            }

            if (header.Kind != ObjectKind.Tag) return null;
            using var tag = Read(id, ObjectKind.Tag);
            id = Granary.Grains.Git.Objects.ObjectLinks.TargetOf(tag.Data);
        }

        return null;
    }
}
