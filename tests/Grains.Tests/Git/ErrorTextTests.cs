using Granary.Grains.Git;

namespace Granary.Grains.Tests.Git;

/// <summary>What of git's standard error a client is shown.</summary>
public sealed class ErrorTextTests
{
    private static readonly RepositoryPaths Paths = new("/data/repositories/a.git", "/data/pending/a");

    [Theory]
    [InlineData("Resolving deltas:   0% (0/1)\rfatal: inconsistent delta\n", "inconsistent delta")]
    [InlineData("Resolving deltas:   0% (0/2)\rResolving deltas:  50% (1/2)\rerror: inflate failed\n", "inflate failed")]
    [InlineData("Indexing objects: 100% (1/1)\rIndexing objects: 100% (1/1), done.\nfatal: pack is corrupted\n", "pack is corrupted")]
    public void ForClient_FaultAfterProgress_LeavesProgressOut(string standardError, string expected) =>
        Assert.Equal(expected, ErrorText.ForClient(standardError, Paths));

    [Fact]
    public void ForClient_PathOfTheServer_IsHidden() =>
        Assert.Equal("cannot open (repository)/objects", ErrorText.ForClient("fatal: cannot open /data/repositories/a.git/objects\n", Paths));

    [Fact]
    public void ForClient_FaultOfAnObject_IsPreferredToTheFatalLineAfterIt() =>
        Assert.Equal(
            "object 12: badTree: no", ErrorText.ForClient("error: object 12: badTree: no\nfatal: fsck error in packed object\n", Paths));
}
