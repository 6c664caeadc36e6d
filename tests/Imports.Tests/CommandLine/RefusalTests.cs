using Granary.Tests.Harness;

namespace Granary.Imports.Tests.CommandLine;

/// <summary>What is not imported says why, and leaves nothing.</summary>
public sealed class RefusalTests(ImportServer imports) : ImportTest(imports)
{
    [Theory]
    [InlineData("corrupted")]
    [InlineData("truncated")]
    [InlineData("more")]
    public async Task Import_DamagedBundle_IsRefused(string damage)
    {
        var source = await NewSourceAsync(commits: 20);
        await source.RunAsync("bundle", "create", "-q", Folder["whole.bundle"], "--all");
        var bytes = await File.ReadAllBytesAsync(Folder["whole.bundle"]);
        if (damage == "corrupted") bytes[^200] ^= 0x55;
        await File.WriteAllBytesAsync(Folder["bad.bundle"], damage == "truncated" ? bytes[..^300] : damage == "more" ? [.. bytes, 1, 2, 3] : bytes);
        RequireRefused(await Cli.ImportAsync($"{Project}/bad", Folder["bad.bundle"]), "refused");
        await RequireNothingLeftAsync("bad");
        RequireDone(await Cli.ImportAsync($"{Project}/bad", Folder["whole.bundle"]));
        await RequireSameAsync(source, "bad", head: "main");
    }

    [Fact]
    public async Task Import_BundleWithoutSomeObjects_IsRefused()
    {
        var source = await NewSourceAsync();
        var tip = await source.RunAsync("rev-parse", "main");
        var pack = await source.FeedForBytesAsync(tip + "\n^" + await source.RunAsync("rev-parse", "main~1") + "\n", "pack-objects", "--revs", "--stdout", "-q");
        await File.WriteAllBytesAsync(Folder["part.bundle"], [.. System.Text.Encoding.ASCII.GetBytes($"# v2 git bundle\n{tip} refs/heads/main\n\n"), .. pack]);
        RequireRefused(await Cli.ImportAsync($"{Project}/part", Folder["part.bundle"]), "did not receive expected object");
        pack = await source.FeedForBytesAsync(tip + "\n", "pack-objects", "--revs", "--stdout", "-q");
        var other = new string('1', 40);
        await File.WriteAllBytesAsync(Folder["part.bundle"], [.. System.Text.Encoding.ASCII.GetBytes($"# v2 git bundle\n{tip} refs/heads/main\n{other} refs/heads/other\n\n"), .. pack]);
        RequireRefused(await Cli.ImportAsync($"{Project}/part", Folder["part.bundle"]), "refs/heads/other: missing necessary objects");
        await RequireNothingLeftAsync("part");
    }

    [Fact]
    public async Task Import_BundleThatNeedsOthers_IsRefused()
    {
        var source = await NewSourceAsync();
        await source.RunAsync("bundle", "create", "-q", Folder["part.bundle"], "main~1..main");
        RequireRefused(await Cli.ImportAsync($"{Project}/part", Folder["part.bundle"]), "part of a history");
        await RequireNothingLeftAsync("part");
    }

    [Fact]
    public async Task Import_Sha256_IsRefused()
    {
        await Git.RunAsync("init", "-q", "--object-format=sha256", "other");
        var other = Git.In("other");
        await other.RunAsync("commit", "-q", "--allow-empty", "-m", "x");
        RequireRefused(await Cli.ImportAsync($"{Project}/other", other.Folder), "SHA-256");
        await other.RunAsync("bundle", "create", "-q", Folder["other.bundle"], "--all");
        RequireRefused(await Cli.ImportAsync($"{Project}/other", Folder["other.bundle"]), "SHA-256");
        await RequireNothingLeftAsync("other");
    }

    [Fact]
    public async Task Import_ShallowClone_IsRefused()
    {
        var source = await NewSourceAsync();
        await Git.RunAsync("clone", "-q", "--depth=1", "file://" + source.Folder, "shallow");
        RequireRefused(await Cli.ImportAsync($"{Project}/shallow", Folder["shallow"]), "fetch --unshallow");
        await RequireNothingLeftAsync("shallow");
    }

    [Fact]
    public async Task Import_IntoRepositoryWithRefs_IsRefusedAndItStays()
    {
        var (first, second) = (await NewSourceAsync("first"), await NewSourceAsync("second"));
        RequireDone(await Cli.ImportAsync($"{Project}/there", first.Folder));
        RequireRefused(await Cli.ImportAsync($"{Project}/there", second.Folder), "not empty");
        await RequireSameAsync(first, "there");
    }

    [Fact]
    public async Task Import_IntoEmptyRepository_FillsIt()
    {
        await Server.Admin.CreateRepositoryAsync(Project, "there");
        var id = (await RepositoryAsync("there")).GetProperty("repositoryId").GetString();
        var source = await NewSourceAsync();
        RequireDone(await Cli.ImportAsync($"{Project}/THERE", source.Folder));
        await RequireSameAsync(source, "there");
        Assert.Equal(id, (await RepositoryAsync("there")).GetProperty("repositoryId").GetString());
    }

    [Fact]
    public async Task Import_FailedIntoEmptyRepository_LeavesItEmpty()
    {
        await Server.Admin.CreateRepositoryAsync(Project, "there");
        await File.WriteAllTextAsync(Folder["bad.bundle"], "# v2 git bundle\n1111111111111111111111111111111111111111 refs/heads/main\n\nPACK");
        RequireRefused(await Cli.ImportAsync($"{Project}/there", Folder["bad.bundle"]), "refused");
        Assert.Equal("", await Git.In(await Server.FolderOfAsync(Project, "there")).RunAsync("for-each-ref"));
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("member")]
    [InlineData(null)]
    public async Task Import_WithoutTheRight_IsRefused(string? role)
    {
        if (role is not null) await Server.Admin.SetMemberAsync(Project, "vera", role);
        var source = await NewSourceAsync();
        RequireRefused(await new Cli(Server, "vera", ImportServer.Password).ImportAsync($"{Project}/mine", source.Folder), "administrators of the project");
        await RequireNothingLeftAsync("mine");
    }

    [Fact]
    public async Task Import_AdministratorOfTheProject_MayImport()
    {
        await Server.Admin.SetMemberAsync(Project, "anna", "admin");
        var source = await NewSourceAsync();
        RequireDone(await new Cli(Server, "anna", ImportServer.Password).ImportAsync($"{Project}/mine", source.Folder));
        await RequireSameAsync(source, "mine");
    }

    [Theory]
    [InlineData("P/x")]
    [InlineData("P/x", "/nonexistent")]
    [InlineData("P/x", "git@example.org:a/b")]
    [InlineData("P", "/tmp")]
    [InlineData("P/x", "--all", "/tmp")]
    [InlineData("P", "--all", "/tmp", "--parallel", "99")]
    [InlineData("P/x", "/tmp", "--source-user", "u")]
    [InlineData("P/x", "https://example.org/x", "--source-user", "u")]
    public async Task Import_WrongUsage_IsExit2(params string[] arguments)
    {
        var result = await Cli.ImportAsync(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(result.Error);
    }

    [Fact]
    public async Task Import_FolderWithinARepository_IsNotTheRepositoryAroundIt()
    {
        var source = await NewSourceAsync();
        Directory.CreateDirectory(Path.Combine(source.Folder, "inner"));
        Assert.Equal(2, (await Cli.ImportAsync($"{Project}/inner", Path.Combine(source.Folder, "inner"))).ExitCode);
    }

    [Fact]
    public async Task Import_FileOverTheLimit_IsRefusedAndTheLimitCanBeRaisedFirst()
    {
        await Server.Admin.CreateRepositoryAsync(Project, "large");
        await Server.Admin.PatchAsync($"projects/{Project}/repositories/large/policy", new { maxFileSize = "1000", maxRefsPerPush = 1 });
        var source = await NewSourceAsync();
        await File.WriteAllBytesAsync(Path.Combine(source.Folder, "big"), new byte[2000]);
        await source.RunAsync("add", ".");
        await source.RunAsync("commit", "-q", "-m", "Big");
        RequireRefused(await Cli.ImportAsync($"{Project}/large", source.Folder), "'big'");

        // The limit of refs per push is not for imports; that of files is, and can be raised.
        await Server.Admin.PatchAsync($"projects/{Project}/repositories/large/policy", new { maxFileSize = "3000" });
        RequireDone(await Cli.ImportAsync($"{Project}/large", source.Folder));
        await RequireSameAsync(source, "large");
    }
}
