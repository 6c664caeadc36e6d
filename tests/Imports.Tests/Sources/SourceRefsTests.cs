using System.Text;
using Granary.Imports.Sources;
using Granary.Repositories;

namespace Granary.Imports.Tests.Sources;

public sealed class SourceRefsTests
{
    private const string A = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string B = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    [Theory]
    [InlineData("refs/heads/dev", null, "refs/heads/dev")]
    [InlineData("refs/heads/gone", null, "refs/heads/main")]
    [InlineData(null, null, "refs/heads/main")]
    [InlineData(null, B, "refs/heads/dev")]
    [InlineData("refs/tags/v1", null, "refs/heads/main")]
    [InlineData("nonsense", null, "refs/heads/main")]
    public void ChooseHead_OfBranches_PrefersWhatTheSourceSays(string? target, string? head, string chosen)
    {
        var refs = Refs(("refs/heads/main", A), ("refs/heads/dev", B), ("refs/heads/also-dev", A));
        refs.HeadTarget = target;
        if (head is not null) refs.Add("HEAD"u8, ObjectId.Parse(head));
        Assert.Equal(chosen, refs.ChooseHead());
    }

    [Fact]
    public void ChooseHead_NoUsualName_IsTheFirst() => Assert.Equal("refs/heads/a", Refs(("refs/heads/b", A), ("refs/heads/a", A)).ChooseHead());

    [Fact]
    public void ChooseHead_NoBranches_IsWhatTheSourceSays()
    {
        var refs = Refs(("refs/tags/v1", A));
        Assert.Null(refs.ChooseHead());
        refs.HeadTarget = "refs/heads/trunk";
        Assert.Equal("refs/heads/trunk", refs.ChooseHead());
    }

    [Fact]
    public void Add_SkippedFolders_AreCountedByFolder()
    {
        var refs = new SourceRefs(2, ["refs/pull", "refs/stash"], ["refs/hidden"]);
        for (var i = 0; i < 1000; i++) refs.Add(Encoding.UTF8.GetBytes($"refs/pull/{i}/head"), ObjectId.Parse(A));
        foreach (var name in (string[])["refs/stash", "refs/pullers/x", "refs/hidden/x", "refs/heads/-x"]) refs.Add(Encoding.UTF8.GetBytes(name), ObjectId.Parse(A));
        refs.Add([.. "refs/heads/"u8, 0xff], ObjectId.Parse(A));
        Assert.Equal(["refs/pullers/x"], refs.Kept.Keys.Select(static n => n.Value));
        Assert.Equal(1004, refs.SkippedCount);
        Assert.Equal(["refs/pull", "refs/stash", "refs/hidden/x", "refs/heads/-x", "refs/heads/\ufffd"], refs.Skipped.Select(static s => s.Name));
    }

    private static SourceRefs Refs(params (string Name, string Id)[] entries)
    {
        var refs = new SourceRefs(100, [], []);
        foreach (var (name, id) in entries) refs.Add(Encoding.UTF8.GetBytes(name), ObjectId.Parse(id));
        return refs;
    }
}
