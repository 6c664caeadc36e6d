namespace Granary.Grains.Git.Reading.Native;

/// <summary>An object's bytes in libgit2's memory, valid until it is disposed.</summary>
internal sealed unsafe class RawObject(nint found) : IDisposable
{
    private nint _object = found;

    public ObjectKind Kind => (ObjectKind)LibGit2.OdbObjectType(_object);

    public ReadOnlySpan<byte> Data => new(LibGit2.OdbObjectData(_object), checked((int)LibGit2.OdbObjectSize(_object)));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _object, 0) is var held and not 0) LibGit2.OdbObjectFree(held);
    }
}
