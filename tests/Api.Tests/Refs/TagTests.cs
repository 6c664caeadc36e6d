using System.Globalization;
using Granary.V1;
using Grpc.Core;

namespace Granary.Api.Tests.Refs;

/// <summary>Tags over the API, beside what git says of them.</summary>
public sealed class TagTests(ApiServer server)
{
    private TagService.TagServiceClient Client => new(server.Channel);

    [Fact]
    public async Task List_InEitherOrder_IsWhatGitLists()
    {
        using var repository = await WithTagsAsync();
        foreach (var (order, sort) in ((RefOrder, string[])[])[(RefOrder.Name, ["--sort=refname"]), (RefOrder.Latest, ["--sort=refname", "--sort=-creatordate"])])
        {
            var expected = await repository.Work.RunAsync(
                ["for-each-ref", .. sort, "--format=%(refname:strip=2) %(objectname) %(if)%(*objecttype)%(then)%(*objectname) %(*objecttype)%(else)%(objectname) %(objecttype)%(end) %(taggername)|%(creatordate:unix)", "refs/tags"]);
            var all = await ListAsync(repository, order);

            // git peels once, this to the end: the tag of a tag is looked at below.
            Assert.Equal(
                expected.Split('\n').Where(static l => !l.StartsWith("nested ", StringComparison.Ordinal)),
                all.Where(static t => t.Name != "nested").Select(static t => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{t.Name} {t.ObjectId} {t.TargetId} {t.TargetKind} {t.Annotation?.Tagger?.Name}|{t.Annotation?.Tagger?.Time.Seconds ?? t.Commit?.Committer.Time.Seconds}")));
            Assert.Equal(await repository.Work.RunAsync("rev-parse", "nested^{}"), all.Single(static t => t.Name == "nested").TargetId);
        }
    }

    [Fact]
    public async Task Create_WithAMessage_IsATagObjectOfTheCaller()
    {
        using var repository = await ApiRepository.CreateAsync(server.Server);
        var tip = await repository.Work.RunAsync("rev-parse", "main");
        var made = (await Client.CreateTagAsync(Create(repository, "v1", "main", "The first\n\nwith ünïcode"), ApiRepository.Login)).Tag;
        await repository.Work.RunAsync("fetch", "-q", "--tags", "origin");
        Assert.Equal($"{made.ObjectId} {tip}", await repository.Work.RunAsync("for-each-ref", "--format=%(objectname) %(*objectname)", "refs/tags/v1"));
        Assert.Equal((tip, "commit", ApiRepository.Member), (made.TargetId, made.TargetKind, made.Annotation.Tagger.Name));
        var text = await repository.Work.RunAsync("cat-file", "tag", "v1");
        Assert.Matches($@"\Aobject {tip}\ntype commit\ntag v1\ntagger mia <[^>]+> \d+ \+0000\n\nThe first\n\nwith ünïcode\z", text);
        Assert.Equal("The first\n\nwith ünïcode\n", made.Annotation.Message);
        await repository.Work.RunAsync("fsck", "--strict");
    }

    [Fact]
    public async Task Create_Light_Rename_Delete_AreWhatGitSees()
    {
        using var repository = await ApiRepository.CreateAsync(server.Server);
        var tip = await repository.Work.RunAsync("rev-parse", "main");
        var light = (await Client.CreateTagAsync(Create(repository, "v/light", "main", ""), ApiRepository.Login)).Tag;
        Assert.Equal((tip, tip, null), (light.ObjectId, light.TargetId, light.Annotation));
        var annotated = (await Client.CreateTagAsync(Create(repository, "v2", "v/light", "two"), ApiRepository.Login)).Tag;
        var renamed = (await Client.RenameTagAsync(
            new RenameTagRequest { Project = repository.Project, Repository = ApiRepository.Name, Tag = "v2", NewName = "v3", ExpectedObject = annotated.ObjectId }, ApiRepository.Login)).Tag;
        Assert.Equal((annotated.ObjectId, annotated.TargetId), (renamed.ObjectId, renamed.TargetId));
        Assert.Equal(
            $"{tip}\trefs/tags/v/light\n{annotated.ObjectId}\trefs/tags/v3\n{tip}\trefs/tags/v3^{{}}", await repository.Work.RunAsync("ls-remote", "--tags", "origin"));
        Assert.Equal(renamed, (await Client.GetTagAsync(new GetTagRequest { Project = repository.Project, Repository = ApiRepository.Name, Tag = "v3" }, ApiRepository.Login)).Tag);
        foreach (var tag in (string[])["v/light", "v3"])
            await Client.DeleteTagAsync(new DeleteTagRequest { Project = repository.Project, Repository = ApiRepository.Name, Tag = tag }, ApiRepository.Login);
        Assert.Equal("", await repository.Work.RunAsync("ls-remote", "--tags", "origin"));
    }

    [Fact]
    public async Task Change_ThatMayNotBe_IsRefusedAndNothingMoves()
    {
        using var repository = await WithTagsAsync();
        var before = await repository.Work.RunAsync("ls-remote", "origin");
        await BranchTests.AssertRefusedAsync(StatusCode.AlreadyExists, () => Client.CreateTagAsync(Create(repository, "light", "main", ""), ApiRepository.Login).ResponseAsync);
        await BranchTests.AssertRefusedAsync(StatusCode.NotFound, () => Client.CreateTagAsync(Create(repository, "new", "nothing", "x"), ApiRepository.Login).ResponseAsync);
        await BranchTests.AssertRefusedAsync(StatusCode.NotFound, () => Client.CreateTagAsync(Create(repository, "new", new string('1', 40), "x"), ApiRepository.Login).ResponseAsync);
        await BranchTests.AssertRefusedAsync(StatusCode.InvalidArgument, () => Client.CreateTagAsync(Create(repository, "new", "main", "a\0b"), ApiRepository.Login).ResponseAsync);
        await BranchTests.AssertRefusedAsync(StatusCode.InvalidArgument, () => Client.CreateTagAsync(Create(repository, "new", "main", new string('x', 70_000)), ApiRepository.Login).ResponseAsync);
        await BranchTests.AssertRefusedAsync(StatusCode.NotFound, () => Client.DeleteTagAsync(
            new DeleteTagRequest { Project = repository.Project, Repository = ApiRepository.Name, Tag = "none" }, ApiRepository.Login).ResponseAsync);
        await BranchTests.AssertRefusedAsync(StatusCode.FailedPrecondition, () => Client.DeleteTagAsync(
            new DeleteTagRequest { Project = repository.Project, Repository = ApiRepository.Name, Tag = "light", ExpectedObject = new string('1', 40) }, ApiRepository.Login).ResponseAsync);
        await server.Server.Admin.PostAsync($"{repository.Path}/protection-rules", new { pattern = "refs/tags/*", pushers = new { } });
        await BranchTests.AssertRefusedAsync(StatusCode.FailedPrecondition, () => Client.CreateTagAsync(Create(repository, "new", "main", "x"), ApiRepository.Login).ResponseAsync);
        Assert.Equal(before, await repository.Work.RunAsync("ls-remote", "origin"));
    }

    private static CreateTagRequest Create(ApiRepository repository, string tag, string target, string message) =>
        new() { Project = repository.Project, Repository = ApiRepository.Name, Tag = tag, Target = target, Message = message };

    private async Task<List<Tag>> ListAsync(ApiRepository repository, RefOrder order)
    {
        var all = new List<Tag>();
        var request = new ListTagsRequest { Project = repository.Project, Repository = ApiRepository.Name, Order = order, PageSize = 2 };
        do
        {
            var page = await Client.ListTagsAsync(request, ApiRepository.Login);
            all.AddRange(page.Tags);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    /// <summary>Light and annotated tags of commits, a tag of a tag, of a tree and of a file.</summary>
    private async Task<ApiRepository> WithTagsAsync()
    {
        var repository = await ApiRepository.CreateAsync(server.Server);
        await File.WriteAllTextAsync(Path.Combine(repository.Work.Folder, "file"), "content\n");
        await repository.Work.RunAsync("add", "file");
        await repository.Work.With("GIT_COMMITTER_DATE", "2021-01-01T00:00:00Z").RunAsync("commit", "-q", "-m", "a file");
        await repository.Work.RunAsync("tag", "light");
        var day = 0;
        foreach (var (name, target) in ((string, string)[])[("first", "main~1"), ("second", "main"), ("nested", "first"), ("tree", "main^{tree}"), ("file", "main:file")])
            await repository.Work.With("GIT_COMMITTER_DATE", $"2022-01-0{++day}T00:00:00Z").RunAsync("tag", "-a", "-m", "tag " + name, name, target);
        await repository.PushAsync("main", "--tags");
        return repository;
    }
}
