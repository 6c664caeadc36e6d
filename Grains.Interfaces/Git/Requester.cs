using System.Net;
using System.Net.Sockets;
using Granary.Accounts;

namespace Granary.Git;

/// <summary>Who causes work, for limits and fair queues: a user, or an address when nobody is logged in.</summary>
/// <param name="Key">Compared as it is; of no other meaning.</param>
public readonly record struct Requester(string Key)
{
    /// <summary>The part of an IPv6 address that one household or machine has to itself.</summary>
    private const int HouseholdBytes = 8;

    public static Requester Of(Caller caller, IPAddress? address)
    {
        if (caller.UserId != Guid.Empty) return new Requester(caller.UserId.ToString("N"));
        if (address is null) return new Requester("");
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return new Requester(Convert.ToHexString(address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes[..HouseholdBytes] : bytes));
    }
}

/// <summary>A place among the heavy git processes of a silo; disposing it gives it back.</summary>
public interface IGitPlace : IDisposable
{
    /// <summary>git waits for its client and works no more: others may.</summary>
    void Pause();

    /// <summary>git works on; it is not made to wait once more.</summary>
    void Resume();
}
