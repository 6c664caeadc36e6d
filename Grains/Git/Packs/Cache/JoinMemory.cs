namespace Granary.Grains.Git.Packs.Cache;

/// <summary>What all windows together may hold, see <see cref="PackCacheOptions.JoinMemory"/>.</summary>
internal sealed class JoinMemory(long most)
{
    private long _taken;

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= most) return true;
        GiveBack(bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
