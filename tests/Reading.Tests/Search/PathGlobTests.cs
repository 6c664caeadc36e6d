using System.Text;
using Granary.Grains.Git.Reading.Search.Paths;

namespace Granary.Reading.Tests.Search;

/// <summary>Globs that git's own tests of wildmatch have, without the rules for slashes.</summary>
public sealed class PathGlobTests
{
    [Theory]
    [InlineData("foo", "foo", true)]
    [InlineData("foo", "bar", false)]
    [InlineData("f*o", "foo", true)]
    [InlineData("*f", "foo", false)]
    [InlineData("*ob*a*r*", "foobar", true)]
    [InlineData("*ab", "aaaaaaabababab", true)]
    [InlineData("foo\\*", "foo*", true)]
    [InlineData("foo\\*bar", "foobar", false)]
    [InlineData("f\\\\oo", "f\\oo", true)]
    [InlineData("*[al]?", "ball", true)]
    [InlineData("[ten]", "ten", false)]
    [InlineData("t[a-g]n", "ten", true)]
    [InlineData("t[!a-g]n", "ten", false)]
    [InlineData("t[^a-g]n", "ton", true)]
    [InlineData("a[]]b", "a]b", true)]
    [InlineData("a[]-]b", "a-b", true)]
    [InlineData("a[]a-]b", "aab", true)]
    [InlineData("[a-c]b*", "abc", true)]
    [InlineData("[\\-_]", "-", true)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[[:alpha:]][[:digit:]][[:upper:]]", "a1B", true)]
    [InlineData("[[:digit:][:upper:][:space:]]", "a", false)]
    [InlineData("[a-c[:digit:]x-z]", "5", true)]
    [InlineData("[[:nonsense:]]", "a", false)]
    [InlineData("[", "a", false)]
    [InlineData("[!", "a", false)]
    [InlineData("a\\", "a", false)]
    [InlineData("?", "é", false)]
    [InlineData("??", "é", true)]
    [InlineData("a/*", "a/b/c", true)]
    [InlineData("a?b", "a/b", true)]
    public void Glob_MatchesAsGitSays(string glob, string path, bool matches) => Assert.Equal(matches, new PathGlob(glob).Matches(Encoding.UTF8.GetBytes(path)));

    [Fact]
    public void ManyStars_TakeNoTime()
    {
        var glob = new PathGlob(string.Concat(Enumerable.Repeat("*a", 2000)) + "b");
        Assert.False(glob.Matches(Encoding.UTF8.GetBytes(new string('a', 4000))));
    }

    [Fact]
    public void Folders_WithoutAMatch_AreNotLookedInto()
    {
        var filter = new PathFilter(["src/a*.cs", "docs"], ["docs/old"]);
        Assert.True(filter.MayMatchBelow("src/"u8));
        Assert.True(filter.MayMatchBelow("src/abc/"u8));
        Assert.False(filter.MayMatchBelow("src/b/"u8));
        Assert.True(filter.MayMatchBelow("docs/new/"u8));
        Assert.False(filter.MayMatchBelow("docs/old/"u8));
        Assert.False(filter.MayMatchBelow("lib/"u8));
    }
}
