namespace Granary.Grains.Outbox;

/// <summary>How many jobs of one kind this silo has run since it started.</summary>
internal sealed class JobCounts
{
    private long _running;
    private long _succeeded;
    private long _failed;

    public long Running => Interlocked.Read(ref _running);

    public long Succeeded => Interlocked.Read(ref _succeeded);

    public long Failed => Interlocked.Read(ref _failed);

    public JobRun Start()
    {
        Interlocked.Increment(ref _running);
        return new JobRun(this);
    }

    public void End(bool succeeded)
    {
        Interlocked.Decrement(ref _running);
        Interlocked.Increment(ref succeeded ? ref _succeeded : ref _failed);
    }
}

/// <summary>One job; it failed unless <see cref="Succeed"/> was called before it is disposed.</summary>
internal sealed class JobRun(JobCounts counts) : IDisposable
{
    private bool _succeeded;

    public void Succeed() => _succeeded = true;

    public void Dispose() => counts.End(_succeeded);
}
