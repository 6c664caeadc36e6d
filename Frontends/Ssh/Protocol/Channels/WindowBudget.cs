using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>What all channels of the process together may have of windows beyond the initial one.</summary>
internal sealed class WindowBudget(IOptions<SshOptions> options)
{
    private long _left = options.Value.WindowBudget;

    public long Taken => options.Value.WindowBudget - Volatile.Read(ref _left);

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _left, -bytes) >= 0) return true;
        Interlocked.Add(ref _left, bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _left, bytes);
}
