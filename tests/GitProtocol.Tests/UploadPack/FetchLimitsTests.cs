using System.Text;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.UploadPack;

namespace Granary.Frontends.GitProtocol.Tests.UploadPack;

public sealed class FetchLimitsTests
{
    private static readonly GitProtocolOptions Small = new() { MaxWants = 3, MaxHaves = 3, MaxShallows = 3, MaxDeepens = 3 };

    [Theory]
    [InlineData("want 1", "'want'")]
    [InlineData("have 1\n", "'have'")]
    [InlineData("shallow 1", "'shallow'")]
    [InlineData("deepen 1", "'deepen'")]
    [InlineData("deepen-since 1", "'deepen'")]
    [InlineData("deepen-not a", "'deepen'")]
    public void Count_OneLineTooMany_IsRefused(string line, string kind)
    {
        var limits = new FetchLimits(Small);
        for (var i = 0; i < 3; i++) limits.Count(Encoding.UTF8.GetBytes(line));
        var fault = Assert.Throws<GitProtocolException>(() => limits.Count(Encoding.UTF8.GetBytes(line)));
        Assert.Contains("more than 3 " + kind, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Count_TheLeastOfEachKind_IsServed()
    {
        var limits = new FetchLimits(Small);
        foreach (var line in (string[])["want 1", "want 2", "have 1", "shallow 1", "deepen 1", "deepen-relative", "deepen-since 2", "deepen-not 3", "done", "thin-pack", "", "filter blob:none"])
            limits.Count(Encoding.UTF8.GetBytes(line));
        Assert.Null(limits.Refusal);
    }

    [Fact]
    public void CountAll_LinesOfARequest_AreCountedToItsEnd()
    {
        var lines = string.Concat(Enumerable.Repeat(Wire.Line("want 1\n"), 3)) + Wire.Flush;
        new FetchLimits(Small).CountAll(Wire.Bytes(lines));
        Assert.Throws<GitProtocolException>(() => new FetchLimits(Small).CountAll(Wire.Bytes(lines + Wire.Line("want 1\n"))));

        // What is no line is git's to refuse.
        new FetchLimits(Small).CountAll(Wire.Bytes(lines + "zzzz" + Wire.Line("want 1\n")));
        new FetchLimits(Small).CountAll(Wire.Bytes("0003ffffwant"));
    }

    [Fact]
    public void Count_TwoFilters_AreRefused()
    {
        var limits = new FetchLimits(Small);
        limits.Count("filter blob:none"u8);
        Assert.Throws<GitProtocolException>(() => limits.Count("filter blob:none"u8));
    }

    [Theory]
    [InlineData("blob:none")]
    [InlineData("blob:limit=1m")]
    [InlineData("tree:0")]
    [InlineData("tree:16")]
    [InlineData("object:type=commit")]
    [InlineData("combine:blob:none+tree:1")]
    [InlineData("combine:blob%3Alimit=1k+tree%3A2+object%3Atype=blob")]
    [InlineData("combine:combine%3Ablob%3Anone+tree:1")]
    public void Filter_OfWhatIsServed_HasNoFault(string filter) => Assert.Null(RefusalOf(filter));

    [Theory]
    [InlineData("sparse:oid=HEAD:pattern", "filter 'sparse:oid' is not supported")]
    [InlineData("sparse:path=/etc/passwd", "filter 'sparse:path' is not supported")]
    [InlineData("combine:blob:none+sparse%3Aoid=HEAD", "filter 'sparse:oid' is not supported")]
    [InlineData("combine:combine%3Asparse%253Aoid%3DHEAD+blob:none", "filter 'sparse:oid' is not supported")]
    [InlineData("tree:17", "up to depth 16")]
    [InlineData("tree:99999999999999999999", "up to depth 16")]
    [InlineData("tree:-1", "up to depth 16")]
    [InlineData("tree:", "up to depth 16")]
    [InlineData("", "filter '' is not supported")]
    [InlineData("combine:", "filter '' is not supported")]
    [InlineData("never:\u0001heard", "filter 'never:?heard' is not supported")]
    public void Filter_OfWhatIsNotServed_IsRefusedInWords(string filter, string refusal) =>
        Assert.Contains(refusal, RefusalOf(filter)!, StringComparison.Ordinal);

    [Fact]
    public void Filter_OfManyParts_IsRefusedByTheirNumber()
    {
        Assert.Null(RefusalOf("combine:" + string.Join('+', Enumerable.Repeat("tree:1", 8))));
        Assert.Contains("more than 8 parts", RefusalOf("combine:" + string.Join('+', Enumerable.Repeat("tree:1", 9)))!, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_NestedDeeply_IsRefused()
    {
        var filter = "blob:none";
        for (var i = 0; i < 6; i++) filter = "combine:" + Uri.EscapeDataString(filter);
        Assert.Contains("nested too deeply", RefusalOf(filter)!, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_OfMegabytes_IsRefusedByItsLength() =>
        Assert.Contains("longer than 1024 bytes", RefusalOf("combine:" + new string('+', 4 << 20))!, StringComparison.Ordinal);

    private static string? RefusalOf(string filter)
    {
        var limits = new FetchLimits(new GitProtocolOptions());
        limits.Count(Encoding.UTF8.GetBytes("filter " + filter));
        return limits.Refusal;
    }
}
