using Granary.Grains.Repositories.Policy;
using Granary.Grains.Tests.Git;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Grains.Tests.Repositories.Policy;

/// <summary>Patterns match what <c>git for-each-ref</c> lists for them.</summary>
public sealed class RefMatcherTests
{
    private static readonly string[] Names =
    [
        "refs/heads/main", "refs/heads/maintenance", "refs/heads/release/1.0", "refs/heads/release/2/hot", "refs/heads/release-x", "refs/heads/a+b",
        "refs/heads/a.b", "refs/heads/axb", "refs/heads/日本/一", "refs/tags/v1", "refs/tags/v1.0", "refs/tags/x/y/v1", "refs/notes/commits", "refs/x",
    ];

    private static readonly string[] Patterns =
    [
        "refs/heads/main", "refs/heads", "refs/heads/release", "refs/heads/release/*", "refs/heads/release/**", "refs/heads/*", "refs/heads/**", "refs/**",
        "refs/*", "refs/*/v1", "refs/**/v1", "refs/tags/v?", "refs/tags/v?.?", "refs/heads/ma*", "refs/heads/*n*", "refs/heads/a.b", "refs/heads/a?b",
        "refs/heads/a+b", "refs/heads/日本/*", "refs/heads/ma??", "refs/tags/**/v1", "refs/heads/**/hot", "refs/nothing", "refs/x",
    ];

    [Fact]
    public void Matches_EachPattern_WhatGitLists()
    {
        using var repository = new TestRepository();
        var tree = GitProgram.Feed(repository.Paths.Root, "", "hash-object", "-t", "tree", "-w", "--stdin").Trim();
        var commit = GitProgram.Run(repository.Paths.Root, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit-tree", "-m", "x", tree).Trim();
        foreach (var name in Names) GitProgram.Run(repository.Paths.Root, "update-ref", name, commit);
        Assert.All(Patterns, text =>
        {
            Assert.True(RefPattern.TryParse(text, out var pattern, out var fault), fault);
            var matcher = new RefMatcher(pattern);
            var listed = GitProgram.Run(repository.Paths.Root, "for-each-ref", "--format=%(refname)", text).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var matched = Names.Where(name => matcher.Matches(RefName.Parse(name)));
            Assert.True(listed.Order(StringComparer.Ordinal).SequenceEqual(matched.Order(StringComparer.Ordinal)), $"{text}: git lists {string.Join(' ', listed)}, we {string.Join(' ', matched)}");
        });
    }

    /// <summary>Where we differ from git on purpose: its <c>?</c> is one byte.</summary>
    [Fact]
    public void Matches_QuestionMark_IsACharacter()
    {
        Assert.True(RefPattern.TryParse("refs/heads/??/*", out var pattern, out _));
        Assert.True(new RefMatcher(pattern).Matches(RefName.Parse("refs/heads/日本/一")));
    }

    [Theory]
    [InlineData("main", "refs/heads/main")]
    [InlineData("release/*", "refs/heads/release/*")]
    [InlineData("refs/tags/**", "refs/tags/**")]
    public void TryParse_WithoutRefs_IsABranch(string text, string value)
    {
        Assert.True(RefPattern.TryParse(text, out var pattern, out _));
        Assert.Equal(value, pattern.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("refs/heads/a b")]
    [InlineData("refs/heads/../x")]
    [InlineData("refs/heads/[ab]")]
    [InlineData("refs/heads/***")]
    [InlineData("refs/heads/a\n")]
    [InlineData("-x")]
    [InlineData("refs/heads/********************************")]
    public void TryParse_WhatNoRefCanMatch_IsRefused(string text) => Assert.False(RefPattern.TryParse(text, out _, out _));
}
