using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Frontends.GitProtocol.UploadPack;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests.UploadPack;

/// <summary>The advertisements of v0 and v1, gitprotocol-pack(5) "Reference Discovery".</summary>
public sealed class AdvertisementTests
{
    private static readonly RefSnapshot Some = Refs.Snapshot(
        "refs/heads/main", ("refs/heads/main", Refs.Id(2), null), ("refs/tags/v1", Refs.Id(3), Refs.Id(2)));

    internal static List<string> UploadPack(RefSnapshot refs, GitProtocolVersion version = GitProtocolVersion.V0) =>
        Wire.Split(RefAdvertisement.UploadPack(refs, version).Span);

    [Fact]
    public void UploadPack_SomeRefs_ListsHeadRefsAndPeeled()
    {
        var lines = UploadPack(Some);
        Assert.StartsWith($"{Refs.Id(2)} HEAD\0", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            [$"{Refs.Id(2)} refs/heads/main\n", $"{Refs.Id(3)} refs/tags/v1\n", $"{Refs.Id(2)} refs/tags/v1^{{}}\n", Wire.Flush], lines[1..]);
    }

    [Fact]
    public void UploadPack_SomeRefs_TellsWhatHeadNames() => Assert.Contains("symref=HEAD:refs/heads/main", Capabilities(UploadPack(Some)));

    [Fact]
    public void UploadPack_EmptyRepository_TellsCapabilitiesOnly()
    {
        var lines = UploadPack(Refs.Empty);
        Assert.Equal(2, lines.Count);
        Assert.StartsWith($"{Refs.Zero} capabilities^{{}}\0", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(Capabilities(lines), static c => c.StartsWith("symref=", StringComparison.Ordinal));
    }

    [Fact]
    public void UploadPack_UnbornHeadBesideRefs_BeginsWithTheFirstRef()
    {
        var lines = UploadPack(Refs.Snapshot("refs/heads/none", ("refs/heads/main", Refs.Id(2), null)));
        Assert.StartsWith($"{Refs.Id(2)} refs/heads/main\0", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(Capabilities(lines), static c => c.StartsWith("symref=", StringComparison.Ordinal));
        Assert.Equal(2, lines.Count);
    }

    [Fact]
    public void UploadPack_DetachedHead_HasNoSymref()
    {
        var lines = UploadPack(Refs.Detached(Refs.Id(9), ("refs/heads/main", Refs.Id(2), null)));
        Assert.StartsWith($"{Refs.Id(9)} HEAD\0", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(Capabilities(lines), static c => c.StartsWith("symref=", StringComparison.Ordinal));
    }

    [Fact]
    public void UploadPack_V1_BeginsWithItsVersion()
    {
        var lines = UploadPack(Some, GitProtocolVersion.V1);
        Assert.Equal("version 1\n", lines[0]);
        Assert.Equal(UploadPack(Some), lines[1..]);
    }

    [Fact]
    public void UploadPack_OnlyATagThatPeels_HasCapabilitiesOnce()
    {
        var lines = UploadPack(Refs.Snapshot("refs/heads/none", ("refs/tags/v1", Refs.Id(3), Refs.Id(2))));
        Assert.Equal(1, lines.Count(static l => l.Contains('\0', StringComparison.Ordinal)));
        Assert.Equal($"{Refs.Id(2)} refs/tags/v1^{{}}\n", lines[1]);
    }

    [Fact]
    public void UploadPack_NameThatIsNotUtf8_KeepsItsBytes() =>
        Assert.Contains($"{Refs.Id(1)} refs/heads/\u00fe\n", UploadPack(Refs.Snapshot("refs/heads/a", ("refs/heads/a", Refs.Id(2), null), ("refs/heads/\u00fe", Refs.Id(1), null))));

    [Fact]
    public void ReceivePack_SomeRefs_ListsNeitherHeadNorPeeled()
    {
        var lines = ReceivePack(Some, GitProtocolVersion.V0);
        Assert.Equal([$"{Refs.Id(2)} refs/heads/main\0{ReceivePackCapabilities.Advertised}\n", $"{Refs.Id(3)} refs/tags/v1\n", Wire.Flush], lines);
    }

    [Fact]
    public void ReceivePack_EmptyRepository_TellsCapabilitiesOnly() =>
        Assert.Equal([$"{Refs.Zero} capabilities^{{}}\0{ReceivePackCapabilities.Advertised}\n", Wire.Flush], ReceivePack(Refs.Empty, GitProtocolVersion.V0));

    [Fact]
    public void ReceivePack_V1_BeginsWithItsVersion() => Assert.Equal("version 1\n", ReceivePack(Some, GitProtocolVersion.V1)[0]);

    [Fact]
    public void Advertisements_OfOneSnapshot_AreNotConfused()
    {
        var upload = UploadPack(Some);
        var receive = ReceivePack(Some, GitProtocolVersion.V0);
        Assert.NotEqual(upload, receive);
        Assert.Equal(upload, UploadPack(Some));
        Assert.Equal(receive, ReceivePack(Some, GitProtocolVersion.V0));
    }

    private static List<string> ReceivePack(RefSnapshot refs, GitProtocolVersion version) =>
        Wire.Split(RefAdvertisement.ReceivePack(refs, version, ReceivePackCapabilities.Advertised).Span);

    private static string[] Capabilities(List<string> lines) => lines[0].TrimEnd('\n').Split('\0')[1].Split(' ');
}
