using System.Runtime.InteropServices;

namespace Granary.Grains.Git.Reading.Native;

/// <summary><c>git_diff_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DiffOptions
{
    public const uint CurrentVersion = 1;

    public uint Version;
    public DiffFlags Flags;
    public int IgnoreSubmodules;
    public nint PathStrings;
    public nuint PathCount;
    public nint Notify;
    public nint Progress;
    public nint Payload;
    public uint ContextLines;
    public uint InterhunkLines;
    public int ObjectIdType;
    public ushort IdAbbreviation;
    public long MaxSize;
    public nint OldPrefix;
    public nint NewPrefix;
}

/// <summary>Those of <c>git_diff_option_t</c> that are used.</summary>
[Flags]
internal enum DiffFlags : uint
{
    None = 0,
    IndentHeuristic = 1u << 18,
    IgnoreBlankLines = 1u << 19,
    ForceText = 1u << 20,
    IgnoreWhitespace = 1u << 22,
    IgnoreWhitespaceChange = 1u << 23,
    IgnoreWhitespaceEol = 1u << 24,
}

/// <summary><c>git_diff_hunk</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeHunk
{
    public int OldStart;
    public int OldLines;
    public int NewStart;
    public int NewLines;
    public nuint HeaderLength;
    public fixed byte Header[128];
}

/// <summary><c>git_diff_line</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeLine
{
    public byte Origin;
    public int OldNumber;
    public int NewNumber;
    public int LineCount;
    public nuint ContentLength;
    public long ContentOffset;
    public byte* Content;
}
