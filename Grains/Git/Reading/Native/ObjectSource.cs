using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Native;

/// <summary>
/// The objects of one repository as bytes. May be used by several threads at once, which libgit2 lets in one after the other. A look
/// for new packs is its own; when something that must be there is not, or cannot be read, it opens the folder anew and looks once more,
/// because the packs that it knew may have been replaced.
/// </summary>
internal sealed unsafe class ObjectSource : IDisposable
{
    private readonly string _objectsFolder;
    private OdbHandle _odb;

    /// <exception cref="LibGit2Exception">It cannot be opened.</exception>
    public ObjectSource(string objectsFolder)
    {
        _objectsFolder = objectsFolder;
        _odb = Open(objectsFolder);
    }

    /// <summary>Type and size of an object that may be missing, as one whose id a client sent.</summary>
    public ObjectHeader? TryReadHeader(ObjectId id)
    {
        var bytes = stackalloc byte[32];
        id.CopyTo(new Span<byte>(bytes, 32));
        var code = LibGit2.OdbReadHeader(out var length, out var type, _odb, bytes);
        if (code == LibGit2.NotFound) return null;
        if (code < 0) return ReadHeader(id);
        return new ObjectHeader((ObjectKind)type, (long)length);
    }

    /// <summary>The object whose id begins with these digits; null when there is none.</summary>
    /// <param name="start">Of an id, filled up with zeros.</param>
    /// <param name="digits">How many of it count, at least 4.</param>
    /// <param name="isAmbiguous">Whether there are several.</param>
    public ObjectId? Find(ObjectId start, int digits, out bool isAmbiguous)
    {
        var bytes = stackalloc byte[32];
        start.CopyTo(new Span<byte>(bytes, 32));
        var found = stackalloc byte[32];
        var code = LibGit2.OdbExistsPrefix(found, _odb, bytes, (nuint)digits);
        isAmbiguous = code == LibGit2.Ambiguous;
        if (isAmbiguous || code == LibGit2.NotFound) return null;
        LibGit2.Check(code);
        return ObjectId.FromBytes(start.Format, new ReadOnlySpan<byte>(found, start.Format.HexLength() / 2));
    }

    /// <summary>Type and size, without the content.</summary>
    /// <exception cref="MissingObjectException">It is not there.</exception>
    public ObjectHeader ReadHeader(ObjectId id)
    {
        var bytes = stackalloc byte[32];
        id.CopyTo(new Span<byte>(bytes, 32));
        var odb = _odb;
        var code = LibGit2.OdbReadHeader(out var length, out var type, odb, bytes);
        if (code < 0) code = LibGit2.OdbReadHeader(out length, out type, Renew(odb), bytes);
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
        var odb = _odb;
        var code = LibGit2.OdbRead(out var found, odb, bytes);
        if (code < 0) code = LibGit2.OdbRead(out found, Renew(odb), bytes);
        if (code == LibGit2.NotFound) throw new MissingObjectException(id);
        LibGit2.Check(code);
        return new RawObject(found);
    }

    public void Dispose() => _odb.Dispose();

    private static OdbHandle Open(string objectsFolder)
    {
        LibGit2.EnsureLoaded();
        LibGit2.Check(LibGit2.OdbOpen(out var odb, objectsFolder));
        return new OdbHandle(odb);
    }

    /// <summary>One that was opened after the failed one, which the collector closes when nobody reads with it any more.</summary>
    private OdbHandle Renew(OdbHandle failed)
    {
        var now = Volatile.Read(ref _odb);
        if (now != failed) return now;
        var fresh = Open(_objectsFolder);
        now = Interlocked.CompareExchange(ref _odb, fresh, failed);
        if (now == failed) return fresh;
        fresh.Dispose();
        return now;
    }
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
