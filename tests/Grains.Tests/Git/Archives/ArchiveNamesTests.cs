using Granary.Git.Reading;
using Granary.Grains.Git.Archives;
using Granary.Repositories;

namespace Granary.Grains.Tests.Git.Archives;

/// <summary>The names of archives and of the folders in them.</summary>
public sealed class ArchiveNamesTests
{
    private static readonly ObjectId Id = ObjectId.Parse("0123456789012345678901234567890123456789");

    [Theory]
    [InlineData("refs/heads/main", "hello-main")]
    [InlineData("refs/tags/v1.0", "hello-v1.0")]
    [InlineData("refs/heads/a/b/c", "hello-a-b-c")]
    [InlineData("refs/notes/x", "hello-notes-x")]
    [InlineData(null, "hello-0123456789012345678901234567890123456789")]
    public void Stem_OfARevision_IsOneName(string? reference, string expected) =>
        Assert.Equal(expected, ArchiveNames.Stem(RepositoryName.Parse("hello"), new Revision(Id, reference), Id));

    [Fact]
    public void Stem_OfALongName_IsCutBetweenCharacters()
    {
        var stem = ArchiveNames.Stem(RepositoryName.Parse("hello"), new Revision(Id, "refs/heads/" + new string('日', 100)), Id);
        Assert.Equal("hello-" + new string('日', 40), stem);
    }

    [Fact]
    public void Prefix_AtItsBound_IsTaken()
    {
        Assert.Equal(new string('x', 1000) + "/", ArchiveNames.Prefix(new string('x', 1000)).Value);
        Assert.Equal("prefix", ArchiveNames.Prefix(new string('x', 1001)).Refusal!.Subject);
        Assert.Equal("prefix", ArchiveNames.Prefix(string.Concat(Enumerable.Repeat("日", 334))).Refusal!.Subject);
    }
}
