using System.Globalization;
using System.Runtime.InteropServices;

namespace Granary.Faults.Host;

/// <summary>
/// A file <c>POINT</c> in the folder arms that point for once; its text is the number of a signal. The process sends it to itself
/// there; if it is one that stops, the thread goes on only when the file <c>POINT.resume</c> is there.
/// </summary>
internal sealed partial class FaultPoints(string folder)
{
    private static readonly long GetThreadId = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 186 : 178;
    private static readonly long ThreadKill = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 234 : 131;

    public void Reach(string point)
    {
        var armed = Path.Combine(folder, point);
        if (!File.Exists(armed)) return;
        var signal = int.Parse(File.ReadAllText(armed), CultureInfo.InvariantCulture);
        File.Move(armed, armed + ".reached");

        // To this thread, so that it takes no step more.
        _ = SystemCall(ThreadKill, Environment.ProcessId, SystemCall(GetThreadId, 0, 0, 0), signal);
        while (!File.Exists(armed + ".resume")) Thread.Sleep(1);
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long SystemCall(long number, long first, long second, long third);
}
