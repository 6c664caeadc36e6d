using Granary.EndToEnd.Tests.BadInput;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.BadInput;

/// <summary>
/// A server of its own for bad input, so that what its processes and files look like afterwards is due to one test. It waits
/// two seconds for the next bytes of a body.
/// </summary>
public sealed class TargetServer : IAsyncLifetime
{
    private GranaryServer? _server;
    private TestRepository? _repository;
    private string _folder = "";
    private string _refs = "";

    public GranaryServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    /// <summary>Holds three commits on main, pushed from <see cref="Work"/>.</summary>
    internal TestRepository Repository => _repository ?? throw new InvalidOperationException("The server was not started.");

    internal Git Work { get; private set; } = null!;

    /// <summary>The commit of main.</summary>
    public string Tip { get; private set; } = "";

    /// <summary>A commit that is not on the server, and a pack of it and what it adds.</summary>
    public string NewCommit { get; private set; } = "";

    public byte[] NewPack { get; private set; } = [];

    private string Incoming => Path.Combine(_folder, "granary", "incoming");

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Accounts__FreeFailuresPerAddress"] = "1000000",
            ["Granary__Http__BodyIdleTimeout"] = "00:00:02",
        });
        await Server.Admin.CreateUserAsync(SharedServer.Member, SharedServer.MemberPassword);
        await Server.Admin.CreateProjectAsync("P");
        await Server.Admin.CreateRepositoryAsync("P", "repo");
        await Server.Admin.SetMemberAsync("P", SharedServer.Member, "member");
        _repository = new TestRepository(Server, "P", "repo");
        Work = await _repository.NewPushedWorkAsync(commits: 3);
        Tip = await Work.RunAsync("rev-parse", "HEAD");
        NewCommit = await TestRepository.CommitAsync(Work, "new", "new content\n");
        NewPack = await PackAsync($"{NewCommit}\n^{Tip}\n");
        _folder = await _repository.FolderAsync();
        _refs = await _repository.RefsAsync();

        // What later must be empty is really where quarantines are.
        Assert.True(Directory.Exists(Incoming));
    }

    public async ValueTask DisposeAsync()
    {
        _repository?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>A pack of the revisions given, one a line; with <c>--thin</c>, one whose deltas may need what the reader has.</summary>
    internal Task<byte[]> PackAsync(string revisions, bool thin = false) =>
        Work.FeedForBytesAsync(revisions, ["pack-objects", "-q", "--revs", "--stdout", .. thin ? (string[])["--thin"] : []]);

    /// <summary>POST as a member of the project.</summary>
    internal Task<HttpReply> PostAsync(string service, byte[] body, Action<HttpRequestMessage>? change = null) =>
        Wire.PostAsync(Repository.AnonymousUrl, service, body, Wire.MemberLogin, change);

    /// <summary>A push of <see cref="NewCommit"/> with another pack.</summary>
    internal Task<HttpReply> PushAsync(byte[] pack) =>
        PostAsync(Wire.ReceivePack, Wire.Push(Wire.Zero, NewCommit, "refs/heads/bad", pack));

    /// <summary>Nothing moved, nothing is left behind, and the server serves.</summary>
    internal async Task AssertUnharmedAsync()
    {
        await Until.HoldsAsync("no quarantine is left", () => !Directory.EnumerateFileSystemEntries(Incoming).Any());
        await Until.HoldsAsync("no git process is left", () => Server.Children.Count == 0);
        Assert.True(Server.IsRunning);
        Assert.Equal(_refs, await Repository.RefsAsync());
        var clone = $"clone{Guid.NewGuid():N}";
        await Repository.Git.RunAsync("clone", "-q", Repository.Url, clone);
        await Repository.Git.In(clone).RunAsync("fsck", "--strict");
    }
}

[CollectionDefinition(Name)]
public sealed class BadInputTests : ICollectionFixture<TargetServer>
{
    public const string Name = "Bad input";
}
