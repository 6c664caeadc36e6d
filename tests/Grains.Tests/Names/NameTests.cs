using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Tests.Names;

public sealed class NameTests
{
    [Theory]
    [InlineData("alice")]
    [InlineData("Alice.B_c-1")]
    [InlineData("日本語")]
    [InlineData("Ångström")]
    [InlineData("_hidden")]
    [InlineData("мир")]
    public void UserName_Good_KeepsWhatWasTyped(string text)
    {
        Assert.True(UserName.TryParse(text, out var name, out var fault), fault);
        Assert.Equal(text, name.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("-flag")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a\u200db")]
    [InlineData("a\u202eb")]
    [InlineData("..")]
    [InlineData("x.git")]
    [InlineData("x.LOCK")]
    [InlineData("NUL")]
    [InlineData("git")]
    [InlineData("System")]
    [InlineData("granary.x")]
    [InlineData("A\u030angstrom")]
    [InlineData("pаypal")]
    [InlineData("\ud800")]
    public void UserName_Bad_IsRefusedWithASentence(string? text)
    {
        Assert.False(UserName.TryParse(text, out _, out var fault));
        Assert.NotEmpty(fault);
    }

    [Theory]
    [InlineData("Alice", "aLICE")]
    [InlineData("ÅSA", "åsa")]
    [InlineData("ａｌｉｃｅ", "alice")]
    public void UserName_OtherCase_IsTheSame(string first, string second)
    {
        Assert.Equal(UserName.Parse(first), UserName.Parse(second));
        Assert.Equal(UserName.Parse(first).Key, UserName.Parse(second).Key);
        Assert.Equal(UserName.Parse(first).Key, NameRules.Fold(UserName.Parse(first).Key));
    }

    [Fact]
    public void Names_AtTheLimit_FitExactly()
    {
        Assert.True(UserName.TryParse(new string('a', UserName.MaxLength), out _, out _));
        Assert.False(UserName.TryParse(new string('a', UserName.MaxLength + 1), out _, out _));
        Assert.False(RepositoryName.TryParse(new string('a', RepositoryName.MaxLength + 1), out _, out _));
        Assert.False(ProjectKey.TryParse("API", out _, out _));
    }

    [Theory]
    [InlineData("refs/heads/main", true)]
    [InlineData("refs/heads/feature/日本", true)]
    [InlineData("refs/tags/v1.0", true)]
    [InlineData("refs/main", true)]
    [InlineData("refs/heads", false)]
    [InlineData("heads/main", false)]
    [InlineData("refs/heads/", false)]
    [InlineData("refs/heads//x", false)]
    [InlineData("refs/heads/a..b", false)]
    [InlineData("refs/heads/.a", false)]
    [InlineData("refs/heads/a.lock", false)]
    [InlineData("refs/heads/a.lock/b", false)]
    [InlineData("refs/heads/a@{b", false)]
    [InlineData("refs/heads/a b", false)]
    [InlineData("refs/heads/a\0b", false)]
    [InlineData("refs/heads/-a", false)]
    [InlineData("refs/heads/HEAD", false)]
    [InlineData("refs/heads/a.", false)]
    [InlineData("refs/../x/y", false)]
    public void RefName_AsGitChecksIt(string text, bool good) => Assert.Equal(good, RefName.TryParse(text, out _, out _));

    [Fact]
    public void RefName_NotUtf8OrTooLong_IsRefused()
    {
        Assert.False(RefName.TryParse([.. "refs/heads/"u8, 0xff], out _, out _));
        Assert.False(RefName.TryParse("refs/heads/" + new string('a', RefName.MaxLength), out _, out _));
        Assert.Equal("main", RefName.Branch("main").ShortName);
    }

    [Fact]
    public void ObjectId_HexAndBytes_RoundTrip()
    {
        var hex = "0123456789abcdef0123456789ABCDEF01234567";
        var id = ObjectId.Parse(hex);
        Assert.Equal(hex.ToLowerInvariant(), id.ToString());
        var bytes = new byte[20];
        Assert.Equal(20, id.CopyTo(bytes));
        Assert.Equal(id, ObjectId.FromBytes(HashFormat.Sha1, bytes));
        Assert.NotEqual(ObjectId.Zero(HashFormat.Sha1), ObjectId.Zero(HashFormat.Sha256));
        Assert.True(ObjectId.Zero(HashFormat.Sha256).IsZero);
        Assert.Equal(64, ObjectId.Zero(HashFormat.Sha256).ToString().Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123")]
    [InlineData("g123456789abcdef0123456789abcdef01234567")]
    [InlineData("0123456789abcdef0123456789abcdef0123456日")]
    public void ObjectId_Bad_IsRefused(string hex) => Assert.False(ObjectId.TryParse(hex, out _));
}
