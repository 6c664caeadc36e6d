namespace Granary.Ssh.Interop.Tests.Algorithms;

public sealed class CoveringArrayTests
{
    [Fact]
    public void Pairs_OfAllThatTheServerOffers_HoldEachPairThatMeansSomething()
    {
        var rows = Offer.Server.Pairs();
        var server = Offer.Server;
        string[][] kinds = [server.KeyExchanges, server.HostKeys, server.Ciphers, server.Macs, server.UserKeys];
        foreach (var pair in CoveringArray.AllPairs(kinds))
        {
            // Of the pairs with a MAC, those with a cipher that has none of it are none.
            if (pair is { Kind: 2, OtherKind: 3 } && !pair.Value.EndsWith("-ctr", StringComparison.Ordinal)) continue;
            Assert.Contains(rows, row => ValueOf(row, pair.Kind) == pair.Value && ValueOf(row, pair.OtherKind) == pair.OtherValue
                && (pair.Kind != 3 && pair.OtherKind != 3 || row.Cipher!.EndsWith("-ctr", StringComparison.Ordinal)));
        }

        Assert.InRange(rows.Count, 36, 60);
    }

    [Fact]
    public void Pairs_OfAClientThatChoosesSomeByItself_LeaveThoseToIt()
    {
        var rows = (Offer.Server with { KeyExchanges = [], Macs = ["none of ours"] }).Pairs();
        Assert.All(rows, static row => Assert.Equal((null, null), (row.KeyExchange, row.Mac)));
        Assert.Equal(36, rows.Count); // Ciphers × user keys.
    }

    private static string? ValueOf(Choice row, int kind) => kind switch
    {
        0 => row.KeyExchange,
        1 => row.HostKey,
        2 => row.Cipher,
        3 => row.Mac,
        _ => row.UserKey,
    };
}
