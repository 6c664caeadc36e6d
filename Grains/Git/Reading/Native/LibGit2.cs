using System.Runtime.InteropServices;

namespace Granary.Grains.Git.Reading.Native;

/// <summary>
/// The few functions of libgit2 that are called directly, in the very library that comes with LibGit2Sharp: what its classes
/// give as strings is bytes in git, and lines and trees must be those bytes. https://libgit2.org/docs/reference/
/// </summary>
internal static unsafe partial class LibGit2
{
    /// <summary>As LibGit2Sharp's package names it: another version has another name, and fails at the start.</summary>
    private const string Library = "git2-5853918";

    private const string ExpectedVersion = "1.8.6";

    private static readonly Lazy<string> Version = new(Load);

    public const int NotFound = -3;

    public const int Ambiguous = -5;

    /// <exception cref="NotSupportedException">It is not the version that the structures here were written for.</exception>
    public static void EnsureLoaded()
    {
        if (Version.Value != ExpectedVersion)
            throw new NotSupportedException($"libgit2 {ExpectedVersion} is needed, this is {Version.Value}.");
    }

    /// <exception cref="LibGit2Exception">The code is an error.</exception>
    public static void Check(int code)
    {
        if (code >= 0) return;
        var error = LastError();
        throw new LibGit2Exception(code, error is null ? null : Marshal.PtrToStringUTF8(error->Message));
    }

    private static string Load()
    {
        Check(Init());
        Check(GetVersion(out var major, out var minor, out var revision));
        return $"{major}.{minor}.{revision}";
    }

    [LibraryImport(Library, EntryPoint = "git_libgit2_init")]
    private static partial int Init();

    [LibraryImport(Library, EntryPoint = "git_libgit2_version")]
    private static partial int GetVersion(out int major, out int minor, out int revision);

    [LibraryImport(Library, EntryPoint = "git_error_last")]
    private static partial ErrorMessage* LastError();

    [LibraryImport(Library, EntryPoint = "git_odb_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OdbOpen(out nint odb, string objectsFolder);

    [LibraryImport(Library, EntryPoint = "git_odb_free")]
    public static partial void OdbFree(nint odb);

    [LibraryImport(Library, EntryPoint = "git_odb_read_header")]
    public static partial int OdbReadHeader(out nuint length, out int type, OdbHandle odb, byte* id);

    [LibraryImport(Library, EntryPoint = "git_odb_exists_prefix")]
    public static partial int OdbExistsPrefix(byte* found, OdbHandle odb, byte* start, nuint digits);

    [LibraryImport(Library, EntryPoint = "git_odb_read")]
    public static partial int OdbRead(out nint found, OdbHandle odb, byte* id);

    [LibraryImport(Library, EntryPoint = "git_odb_object_data")]
    public static partial byte* OdbObjectData(nint found);

    [LibraryImport(Library, EntryPoint = "git_odb_object_size")]
    public static partial nuint OdbObjectSize(nint found);

    [LibraryImport(Library, EntryPoint = "git_odb_object_type")]
    public static partial int OdbObjectType(nint found);

    [LibraryImport(Library, EntryPoint = "git_odb_object_free")]
    public static partial void OdbObjectFree(nint found);

    [LibraryImport(Library, EntryPoint = "git_diff_options_init")]
    public static partial int DiffOptionsInit(DiffOptions* options, uint version);

    [LibraryImport(Library, EntryPoint = "git_patch_from_buffers")]
    public static partial int PatchFromBuffers(
        out nint patch, byte* old, nuint oldLength, byte* oldPath, byte* now, nuint newLength, byte* newPath, DiffOptions* options);

    [LibraryImport(Library, EntryPoint = "git_patch_num_hunks")]
    public static partial nuint PatchHunkCount(PatchHandle patch);

    [LibraryImport(Library, EntryPoint = "git_patch_get_hunk")]
    public static partial int PatchHunk(out NativeHunk* hunk, out nuint lines, PatchHandle patch, nuint index);

    [LibraryImport(Library, EntryPoint = "git_patch_get_line_in_hunk")]
    public static partial int PatchLine(out NativeLine* line, PatchHandle patch, nuint hunk, nuint index);

    [LibraryImport(Library, EntryPoint = "git_patch_free")]
    public static partial void PatchFree(nint patch);

    [StructLayout(LayoutKind.Sequential)]
    private struct ErrorMessage
    {
        public nint Message;
        public int Class;
    }
}
