using Orleans.Runtime.Providers;

namespace Granary.Streams.Delivery;

/// <summary>
/// Makes the pulling agent try a delivery once: its pause is longer than the time it is given for all tries. When the next
/// one is due, and how many there are, is the cache's to decide, which counts them in the file.
/// </summary>
internal sealed class OneTry : IMessageDeliveryBackoffProvider
{
    public static readonly TimeSpan TimeForAllTries = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public TimeSpan Next(int attempt) => Pause;
}
