using Granary.Git;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading;

/// <summary>The memory that files take which are being read, counted over all readers.</summary>
internal sealed class BlobMemory(IOptions<ReadingOptions> options)
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    private long _held;

    /// <exception cref="GitBusyException">There is no room now.</exception>
    public IDisposable Hold(long size)
    {
        if (Interlocked.Add(ref _held, size) > options.Value.BlobMemory)
        {
            Interlocked.Add(ref _held, -size);
            ReadingInstruments.Refused("memory");
            throw new GitBusyException(SoonAgain);
        }

        ReadingInstruments.Held(size);
        return new Share(this, size);
    }

    private sealed class Share(BlobMemory memory, long size) : IDisposable
    {
        private int _isReturned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) != 0) return;
            Interlocked.Add(ref memory._held, -size);
            ReadingInstruments.Held(-size);
        }
    }
}
