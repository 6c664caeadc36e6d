using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Native;

/// <summary>
/// The objects of one repository as bytes. May be used by several threads at once, which libgit2 lets in one after the other. A look
/// for new packs is its own; when something that must be there is not, or cannot be read, it opens the folder anew and looks once more,
/// because the packs that it knew may have been replaced. For what may well be missing, as an id that a client made up, it does so only when packs
/// have come or gone since.
/// </summary>
internal sealed unsafe class ObjectSource : IDisposable
{
    /// <summary>Within this a folder may change twice and show one time.</summary>
    private static readonly TimeSpan Blur = TimeSpan.FromSeconds(2);

    private readonly string _objectsFolder;
    private Opened _opened;

    /// <exception cref="LibGit2Exception">It cannot be opened.</exception>
    public ObjectSource(string objectsFolder)
    {
        _objectsFolder = objectsFolder;
        _opened = Open(objectsFolder);
    }

    /// <summary>Type and size of an object that may be missing, as one whose id a client sent.</summary>
    public ObjectHeader? TryReadHeader(ObjectId id)
    {
        var bytes = stackalloc byte[32];
        id.CopyTo(new Span<byte>(bytes, 32));
        var opened = _opened;
        var code = LibGit2.OdbReadHeader(out var length, out var type, opened.Odb, bytes);
        if (code == LibGit2.NotFound)
        {
            if (!HavePacksChanged(opened)) return null;
            code = LibGit2.OdbReadHeader(out length, out type, Renew(opened), bytes);
            if (code == LibGit2.NotFound) return null;
        }

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
        var opened = _opened;
        var code = LibGit2.OdbExistsPrefix(found, opened.Odb, bytes, (nuint)digits);
        if (code == LibGit2.NotFound && HavePacksChanged(opened)) code = LibGit2.OdbExistsPrefix(found, Renew(opened), bytes, (nuint)digits);
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
        var opened = _opened;
        var code = LibGit2.OdbReadHeader(out var length, out var type, opened.Odb, bytes);
        if (code < 0) code = LibGit2.OdbReadHeader(out length, out type, Renew(opened), bytes);
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
        var opened = _opened;
        var code = LibGit2.OdbRead(out var found, opened.Odb, bytes);
        if (code < 0) code = LibGit2.OdbRead(out found, Renew(opened), bytes);
        if (code == LibGit2.NotFound) throw new MissingObjectException(id);
        LibGit2.Check(code);
        return new RawObject(found);
    }

    public void Dispose() => _opened.Odb.Dispose();

    private static Opened Open(string objectsFolder)
    {
        LibGit2.EnsureLoaded();

        // Before the folder is read: a change in between is seen as one after it.
        var packs = PacksOf(objectsFolder);
        var isSettled = DateTime.UtcNow - packs > Blur;
        LibGit2.Check(LibGit2.OdbOpen(out var odb, objectsFolder));
        return new Opened(new OdbHandle(odb), isSettled ? packs : null);
    }

    private static DateTime PacksOf(string objectsFolder) => Directory.GetLastWriteTimeUtc(Path.Combine(objectsFolder, "pack"));

    private bool HavePacksChanged(Opened opened) => opened.Packs is not { } packs || PacksOf(_objectsFolder) != packs;

    /// <summary>One that was opened after the failed one, which the collector closes when nobody reads with it any more.</summary>
    private OdbHandle Renew(Opened failed)
    {
        var now = Volatile.Read(ref _opened);
        if (now != failed) return now.Odb;
        var fresh = Open(_objectsFolder);
        now = Interlocked.CompareExchange(ref _opened, fresh, failed);
        if (now == failed) return fresh.Odb;
        fresh.Odb.Dispose();
        return now.Odb;
    }

    /// <param name="odb">The store.</param>
    /// <param name="packs">When the folder of packs had changed last; null: just then, so that the next change may show the same time.</param>
    private sealed class Opened(OdbHandle odb, DateTime? packs)
    {
        public OdbHandle Odb { get; } = odb;

        public DateTime? Packs { get; } = packs;
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
