using Granary.Git;

namespace Granary.Frontends.GitProtocol.ReceivePack;

/// <summary>What a push needs to know of its transport.</summary>
/// <param name="Name">For the journal.</param>
/// <param name="PackEnd">How it shows that the pack is complete.</param>
public sealed record PushTransport(string Name, PackEnd PackEnd)
{
    public static PushTransport Http { get; } = new("http", PackEnd.OfStream);

    public static PushTransport Ssh { get; } = new("ssh", PackEnd.OfPack);
}
