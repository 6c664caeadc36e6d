using Granary.Grains.Posix;

namespace Granary.Grains.Git.Processes;

/// <summary>What the kernel lets a git process take, whatever a hostile pack or request makes it do; setrlimit(2).</summary>
/// <param name="Memory">Bytes of private memory. Not of address space, which git fills with mappings of packs.</param>
/// <param name="ProcessorTime">Whole seconds of it; past them the process is killed.</param>
internal sealed record ProcessLimits(long Memory, TimeSpan ProcessorTime)
{
    /// <summary>
    /// Sets the limits of a process just started: git does nothing heavy before it has read its input, which only now it is
    /// given, and what it starts itself inherits them. A process that has ended already needs none.
    /// </summary>
    public void Apply(int pid)
    {
        Set(pid, Libc.LimitData, (ulong)Memory);
        Set(pid, Libc.LimitProcessorTime, (ulong)ProcessorTime.TotalSeconds);
    }

    private static unsafe void Set(int pid, int resource, ulong value)
    {
        var limit = new Libc.ResourceLimit { Soft = value, Hard = value };
        _ = Libc.SetLimit(pid, resource, &limit, null);
    }
}
