using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Trees;

/// <summary>Folders, as <c>git ls-tree</c> lists them.</summary>
public sealed class ListTreeTests(ReadingServer server)
{
    [Theory]
    [InlineData("main", "")]
    [InlineData("main", "src")]
    [InlineData("main", "/src/deep/")]
    [InlineData("main", "big")]
    [InlineData("main", "odd")]
    [InlineData("side", "")]
    [InlineData("of-tree", "src")]
    [InlineData("nested", "")]
    public async Task Folder_HasTheEntriesThatGitLists(string revision, string path)
    {
        var trimmed = path.Trim('/');
        var expected = await LinesAsync("ls-tree", "-l", "-z", revision, trimmed.Length == 0 ? "." : trimmed + "/");
        var list = await ListAsync(new() { Revision = revision, Path = path, Sizes = true });
        Assert.Equal(expected, list.Entries.Select(Shown));
        Assert.Equal(await server.Git.RunAsync("rev-parse", $"{revision}^{{}}:{trimmed}"), list.Info.TreeId);
        Assert.Equal(revision == "of-tree" ? "" : await server.Git.RunAsync("rev-parse", $"{revision}^{{commit}}"), list.Info.CommitId);
        Assert.False(list.IsCut);
    }

    [Theory]
    [InlineData("main", "")]
    [InlineData("main", "src")]
    public async Task Recursive_HasTheFilesOfAllFolders(string revision, string path)
    {
        var expected = await LinesAsync("ls-tree", "-r", "-l", "-z", revision, path.Length == 0 ? "." : path + "/");
        var list = await ListAsync(new() { Revision = revision, Path = path, Recursive = true, Sizes = true });
        Assert.Equal(expected, list.Entries.Select(Shown));
    }

    [Fact]
    public async Task Entries_OfEachKind_HaveIt()
    {
        var kinds = (await ListAsync(new() { Revision = "main" })).Entries.ToDictionary(static e => e.Path, static e => (e.Kind, e.Size));
        Assert.Equal((TreeEntry.Types.Kind.Symlink, 0), kinds["link"]);
        Assert.Equal((TreeEntry.Types.Kind.Submodule, 0), kinds["module"]);
        Assert.Equal((TreeEntry.Types.Kind.Folder, 0), kinds["src"]);
        Assert.Equal((TreeEntry.Types.Kind.File, 0), kinds["run.sh"]);
    }

    [Fact]
    public async Task OddPath_HasItsBytes()
    {
        var entry = Assert.Single((await ListAsync(new() { Path = "odd" })).Entries);
        Assert.Equal(("odd/caf\uFFFD.txt", ByteString.CopyFrom(SampleRepository.OddPath)), (entry.Path, entry.RawPath));
    }

    [Fact]
    public async Task Limit_CutsTheList()
    {
        var list = await ListAsync(new() { Path = "big", Limit = 300 });
        Assert.Equal((300, true), (list.Entries.Count, list.IsCut));
        Assert.Equal("big/f0299", list.Entries[^1].Path[..9]);
        Assert.False((await ListAsync(new() { Path = "big", Limit = SampleRepository.BigTreeSize })).IsCut);
        var all = await ListAsync(new() { Recursive = true, Limit = 5 });
        Assert.Equal((5, true), (all.Entries.Count, all.IsCut));
    }

    [Theory]
    [InlineData("main", "absent", StatusCode.NotFound)]
    [InlineData("main", "README.md", StatusCode.FailedPrecondition)]
    [InlineData("main", "module", StatusCode.FailedPrecondition)]
    [InlineData("main", "README.md/x", StatusCode.NotFound)]
    [InlineData("main", "../objects", StatusCode.InvalidArgument)]
    [InlineData("of-blob", "", StatusCode.NotFound)]
    [InlineData("absent", "", StatusCode.NotFound)]
    public async Task Path_ThatIsNoFolder_IsRefused(string revision, string path, StatusCode expected)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => ListAsync(new() { Revision = revision, Path = path }));
        Assert.Equal(expected, fault.StatusCode);
    }

    [Fact]
    public async Task Revision_ThatAGuestOfAPublicRepositoryAsksFor_IsJustNotFound()
    {
        await server.Server.Admin.CreateProjectAsync("OPEN", @public: true);
        await server.Server.Admin.CreateRepositoryAsync("OPEN", "hall");
        async Task<StatusCode> Ask(string project, string repository) => (await Assert.ThrowsAsync<RpcException>(
            async () => await server.Trees.GetReadmeAsync(new() { Project = project, Repository = repository, Revision = "absent" }))).StatusCode;
        Assert.Equal(StatusCode.NotFound, await Ask("OPEN", "hall"));
        Assert.Equal(StatusCode.Unauthenticated, await Ask("OPEN", "none"));
        Assert.Equal(StatusCode.Unauthenticated, await Ask(ReadingServer.Project, ReadingServer.Repository));
    }

    [Fact]
    public async Task Arguments_ThatDoNotGoTogether_AreInvalid()
    {
        foreach (var request in (ListTreeRequest[])[new() { Limit = -1 }, new() { Recursive = true, LastCommits = true }, new() { Revision = "of-tree", LastCommits = true }])
        {
            var fault = await Assert.ThrowsAsync<RpcException>(() => ListAsync(request));
            Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        }
    }

    [Fact]
    public async Task Json_IsALineForEachPart()
    {
        var path = $"api/v1/projects/{ReadingServer.Project}/repositories/{ReadingServer.Repository}/tree?path=src&revision=main&lastCommits=true";
        var text = await server.Server.Admin.Client.GetStringAsync(new Uri(path, UriKind.Relative));
        var parts = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(await server.Git.RunAsync("rev-parse", "main:src"), parts[0].GetProperty("info").GetProperty("treeId").GetString());
        Assert.Equal("src/deep", parts[1].GetProperty("entries").GetProperty("entries")[0].GetProperty("path").GetString());
        var last = parts[^1].GetProperty("lastCommits").GetProperty("commits");
        Assert.NotEmpty(last[last.GetArrayLength() - 1].GetProperty("commit").GetProperty("subject").GetString()!);
    }

    /// <summary>As <c>ls-tree -l</c> writes it, with bytes as characters.</summary>
    private static string Shown(TreeEntry entry)
    {
        var (type, hasSize) = entry.Kind switch
        {
            TreeEntry.Types.Kind.Folder => ("tree", false),
            TreeEntry.Types.Kind.Submodule => ("commit", false),
            _ => ("blob", true),
        };
        var size = (hasSize ? entry.Size.ToString(System.Globalization.CultureInfo.InvariantCulture) : "-").PadLeft(7);
        var path = entry.RawPath.IsEmpty ? Encoding.UTF8.GetBytes(entry.Path) : entry.RawPath.ToByteArray();
        return $"{entry.Mode} {type} {entry.ObjectId} {size}\t{Encoding.Latin1.GetString(path)}";
    }

    private async Task<string[]> LinesAsync(params string[] command) =>
        Encoding.Latin1.GetString((await server.Git.TryAsync(command)).OutputBytes).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private async Task<(TreeInfo Info, List<TreeEntry> Entries, bool IsCut)> ListAsync(ListTreeRequest request)
    {
        (request.Project, request.Repository) = (ReadingServer.Project, ReadingServer.Repository);
        var messages = await ReadingServer.AllAsync(server.Trees.ListTree(request, server.Login));
        var pieces = messages.Skip(1).ToList();
        Assert.All(pieces, static p => Assert.Equal(ListTreeResponse.PartOneofCase.Entries, p.PartCase));
        return (messages[0].Info, [.. pieces.SelectMany(static p => p.Entries.Entries)], pieces.Any(static p => p.Entries.Cut));
    }
}
