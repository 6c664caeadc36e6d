using System.Runtime.InteropServices;
using Granary.Grains.Posix;

namespace Granary.Grains.Git.Processes;

internal sealed partial class GitProcess
{
    private const int OfGroup = 1;
    private const int Nicest = 19;
    private const int IoOfGroup = 2;
    private const int IoIdle = 3 << 13;

    /// <summary>The processor and the disk only when nobody else wants them; children inherit it. Best effort.</summary>
    public void LowerPriority()
    {
        lock (_gate)
        {
            if (_reaped) return;
            _ = Libc.SetPriority(OfGroup, (uint)_pid, Nicest);

            // ioprio_set(2) has a number of its own on each architecture.
            long? number = RuntimeInformation.ProcessArchitecture switch
            {
                Architecture.X64 => 251,
                Architecture.Arm64 => 30,
                _ => null,
            };
            if (number is { } call) _ = Libc.SystemCall(call, IoOfGroup, _pid, IoIdle);
        }
    }
}
