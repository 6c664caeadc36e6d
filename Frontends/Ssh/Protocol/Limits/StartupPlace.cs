using System.Net;

namespace Granary.Frontends.Ssh.Protocol.Limits;

/// <summary>A connection's place among those that are not logged in; to be disposed with the login or the end.</summary>
internal sealed class StartupPlace(StartupLimiter limiter, IPNetwork network, long number, Action giveWay) : IDisposable
{
    public IPNetwork Network => network;

    /// <summary>Older places have smaller ones.</summary>
    public long Number => number;

    /// <summary>Ends the connection for the sake of another.</summary>
    public void GiveWay() => giveWay();

    public void Dispose() => limiter.Leave(this);
}
