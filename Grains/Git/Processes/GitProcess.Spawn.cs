using Granary.Grains.Posix;

namespace Granary.Grains.Git.Processes;

internal sealed partial class GitProcess
{
    // Larger than posix_spawn_file_actions_t and posix_spawnattr_t of any C library in use.
    private const int OpaqueSize = 1024;

    private static unsafe int Spawn(
        string executable, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, int stdio, int error)
    {
        // glibc's sigset_t has 1,024 bits. .NET ignores SIGPIPE, and what is ignored stays ignored over exec: git must see it.
        var allSignals = stackalloc byte[128];
        var noSignals = stackalloc byte[128];
        new Span<byte>(allSignals, 8).Fill(0xff);
        new Span<byte>(noSignals, 128).Clear();
        var actions = stackalloc byte[OpaqueSize];
        var attributes = stackalloc byte[OpaqueSize];
        Check(Libc.SpawnActionsInit(actions));
        Check(Libc.SpawnAttributesInit(attributes));
        try
        {
            Check(Libc.SpawnActionsAddDup2(actions, stdio, 0));
            Check(Libc.SpawnActionsAddDup2(actions, stdio, 1));
            Check(Libc.SpawnActionsAddDup2(actions, error, 2));
            Check(Libc.SpawnAttributesSetFlags(
                attributes, Libc.SpawnSetProcessGroup | Libc.SpawnSetSignalDefaults | Libc.SpawnSetSignalMask));
            Check(Libc.SpawnAttributesSetProcessGroup(attributes, 0));
            Check(Libc.SpawnAttributesSetSignalDefaults(attributes, allSignals));
            Check(Libc.SpawnAttributesSetSignalMask(attributes, noSignals));
            return Spawn(executable, arguments, environment, actions, attributes);
        }
        finally
        {
            _ = Libc.SpawnActionsDestroy(actions);
            _ = Libc.SpawnAttributesDestroy(attributes);
        }
    }

    private static unsafe int Spawn(
        string executable, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, byte* actions, byte* attributes)
    {
        var block = Pack([executable, .. arguments], environment, out var offsets);
        fixed (byte* text = block)
        {
            var pointers = stackalloc byte*[offsets.Length];
            for (var i = 0; i < offsets.Length; i++) pointers[i] = offsets[i] < 0 ? null : text + offsets[i];
            Check(Libc.Spawn(out var pid, text, actions, attributes, pointers, pointers + arguments.Count + 2));
            return pid;
        }
    }

    /// <summary>Both lists as C strings in one block, each list ended by -1.</summary>
    private static byte[] Pack(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, out int[] offsets)
    {
        var bytes = new List<byte>(1024);
        var starts = new List<int>(arguments.Count + environment.Count + 2);
        foreach (var list in (ReadOnlySpan<IReadOnlyList<string>>)[arguments, environment])
        {
            foreach (var text in list)
            {
                if (text.Contains('\0', StringComparison.Ordinal)) throw new ArgumentException("An argument contains NUL.", nameof(arguments));
                starts.Add(bytes.Count);
                ArgumentText.Append(bytes, text);
                bytes.Add(0);
            }

            starts.Add(-1);
        }

        offsets = [.. starts];
        return [.. bytes];
    }

    private static void Check(int errno)
    {
        if (errno != 0) throw Libc.Error("start git", errno);
    }
}
