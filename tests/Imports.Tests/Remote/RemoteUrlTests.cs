using Granary.Imports.Remote;

namespace Granary.Imports.Tests.Remote;

public sealed class RemoteUrlTests
{
    [Theory]
    [InlineData("https://example.org/a/b.git", "https://example.org/a/b.git/info/refs?service=git-upload-pack")]
    [InlineData("https://example.org/a/b/", "https://example.org/a/b/info/refs?service=git-upload-pack")]
    [InlineData("http://example.org:8080", "http://example.org:8080/info/refs?service=git-upload-pack")]
    public void Parse_Address_LeadsToItsRefs(string url, string discovery) => Assert.Equal(discovery, Parse(url).Discovery.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("example.org/a")]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ssh://git@example.org/a")]
    [InlineData("git://example.org/a")]
    [InlineData("ext::sh -c true")]
    [InlineData("--upload-pack=true")]
    [InlineData("https://user:secret@example.org/a")]
    [InlineData("https://example.org/a?x=y")]
    [InlineData("https://example.org/a#x")]
    public void Parse_AnythingElse_IsRefusedWithoutSayingIt(string url)
    {
        var refused = Assert.Throws<ImportRefusedException>(() => Parse(url));
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_SameServer_KeepsTheLogin() =>
        Assert.NotNull(Parse("https://example.org/old").Follow(new Uri("https://example.org/new/info/refs?service=git-upload-pack")).Authorization);

    [Theory]
    [InlineData("https://other.example/new/info/refs")]
    [InlineData("https://example.org:444/new/info/refs")]
    public void Follow_OtherServer_LosesTheLogin(string target) => Assert.Null(Parse("https://example.org/old").Follow(new Uri(target)).Authorization);

    [Theory]
    [InlineData("http://example.org/new/info/refs")]
    [InlineData("https://example.org/login")]
    [InlineData("file:///etc/info/refs")]
    [InlineData("https://u:p@example.org/new/info/refs")]
    public void Follow_WeakerOrOtherThing_IsRefused(string target) =>
        Assert.Throws<ImportRefusedException>(() => Parse("https://example.org/old").Follow(new Uri(target)));

    [Fact]
    public void ToString_HasNeitherLoginNorPath() => Assert.Equal("https://example.org", Parse("https://example.org/token/x").ToString());

    private static RemoteUrl Parse(string url) => RemoteUrl.Parse(new RemoteSource(url, "alice", "secret"));
}
