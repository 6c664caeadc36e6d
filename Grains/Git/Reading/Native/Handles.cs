using System.Runtime.InteropServices;

namespace Granary.Grains.Git.Reading.Native;

/// <summary>A <c>git_odb</c>.</summary>
internal sealed class OdbHandle : SafeHandle
{
    public OdbHandle(nint odb)
        : base(0, ownsHandle: true) => SetHandle(odb);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibGit2.OdbFree(handle);
        return true;
    }
}

/// <summary>A <c>git_patch</c>.</summary>
internal sealed class PatchHandle : SafeHandle
{
    public PatchHandle(nint patch)
        : base(0, ownsHandle: true) => SetHandle(patch);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibGit2.PatchFree(handle);
        return true;
    }
}
