using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Paging;

namespace Granary.Frontends.Rpc.Tests.Paging;

public sealed class PageTokenTests
{
    [Theory]
    [InlineData("alice")]
    [InlineData("SHA256:a+b/c")]
    [InlineData("日本語")]
    [InlineData("")]
    public void Token_RoundTrips_AndIsSafeInAUrl(string after)
    {
        var token = PageToken.Encode(after);
        Assert.True(PageToken.TryDecode(token, out var decoded));
        Assert.Equal(after, decoded);
        Assert.All(token, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    [Fact]
    public void Token_OfTheLastPage_IsEmpty() => Assert.Equal("", PageToken.Encode(null));

    [Theory]
    [InlineData("not base64!")]
    [InlineData("YWxpY2U")]
    [InlineData("Af8")]
    [InlineData("A")]
    public void Token_MadeUp_IsRefused(string token)
    {
        Assert.False(PageToken.TryDecode(token, out _));
        Assert.Equal(RefusalKind.InvalidArgument, Assert.Throws<RefusedException>(() => Pages.Request(0, token)).Refusal.Kind);
    }

    [Theory]
    [InlineData(0, PageRequest.DefaultSize)]
    [InlineData(7, 7)]
    [InlineData(1_000_000, PageRequest.MaxSize)]
    public void PageSize_IsBounded(int asked, int given) => Assert.Equal(given, Pages.Request(asked, "").Size);

    [Fact]
    public void PageSize_Negative_IsRefused() => Assert.Throws<RefusedException>(() => Pages.Request(-1, ""));

    [Fact]
    public void Prefix_IsFoldedAsNamesAre() => Assert.Equal("de", Pages.Request(0, "", "DE").Prefix);

    [Fact]
    public async Task LookUp_KeepsOrder_AndLeavesOutWhatIsNotThere()
    {
        var found = await Pages.LookUpAsync(
            Enumerable.Range(0, 100).ToArray(),
            8,
            async n =>
            {
                await Task.Yield();
                return n % 3 == 0 ? null : n.ToString(System.Globalization.CultureInfo.InvariantCulture);
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 100).Where(n => n % 3 != 0), found.Select(int.Parse));
    }
}
