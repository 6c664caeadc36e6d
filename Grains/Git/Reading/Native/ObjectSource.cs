using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Native;

/// <summary>The objects of one repository as bytes. May be used by several threads at once; a look for new packs is its own.</summary>
internal sealed unsafe class ObjectSource : IDisposable
{
    private readonly OdbHandle _odb;

    /// <exception cref="LibGit2Exception">It cannot be opened.</exception>
    public ObjectSource(string objectsFolder)
    {
        LibGit2.EnsureLoaded();
        LibGit2.Check(LibGit2.OdbOpen(out var odb, objectsFolder));
        _odb = new OdbHandle(odb);
    }

    /// <summary>Type and size, without the content.</summary>
    /// <exception cref="MissingObjectException">It is not there.</exception>
    public ObjectHeader ReadHeader(ObjectId id)
    {
        var bytes = stackalloc byte[32];
        id.CopyTo(new Span<byte>(bytes, 32));
        var code = LibGit2.OdbReadHeader(out var length, out var type, _odb, bytes);
        if (code == LibGit2.NotFound) throw new MissingObjectException(id);
        LibGit2.Check(code);
        return new ObjectHeader((ObjectKind)type, (long)length);
    }

    /// <summary>The whole object, in memory that is not the collector's until it is disposed: ask for its size before.</summary>
    /// <exception cref="MissingObjectException">It is not there.</exception>
    public RawObject Read(ObjectId id)
    {
        var bytes = stackalloc byte[32];
        id.CopyTo(new Span<byte>(bytes, 32));
        var code = LibGit2.OdbRead(out var found, _odb, bytes);
        if (code == LibGit2.NotFound) throw new MissingObjectException(id);
        LibGit2.Check(code);
        return new RawObject(found);
    }

    public void Dispose() => _odb.Dispose();
}

/// <summary>What an object is, and how many bytes it has unpacked.</summary>
internal readonly record struct ObjectHeader(ObjectKind Kind, long Size);

/// <summary>As git numbers them.</summary>
internal enum ObjectKind
{
    Commit = 1,
    Tree = 2,
    Blob = 3,
    Tag = 4,
}

/// <summary>An object that something names is not in the store.</summary>
internal sealed class MissingObjectException(ObjectId id) : Exception($"There is no object {id}.")
{
    public ObjectId Id { get; } = id;
}
