using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Granary.Accounts;
using Granary.Frontends.GitProtocol;
using Granary.Frontends.GitProtocol.Archives;
using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Frontends.GitProtocol.UploadPack;
using Granary.Frontends.Ssh.Git.Tests.Fakes;
using Granary.Frontends.Ssh.Protocol;
using Granary.Projects;
using Granary.Repositories;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Git.Tests;

/// <summary>Commands through the contract with the protocol layer, on pipes.</summary>
public sealed class GitCommandHandlerTests : IDisposable
{
    private const string Fingerprint = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private const string NotFound = "ERROR: There is no such repository, or you may not read it.\n";
    private const string LsRefs = "0014command=ls-refs\n00010000";

    private static readonly Caller Alice = new(UserName.Parse("alice"), Guid.NewGuid(), false, AccessScope.Admin);

    private readonly RequestDrain _drain = new();
    private readonly FakeLogins _logins = new() { Keys = { [Fingerprint] = Alice } };
    private readonly FakeVolume _volume = new();
    private readonly Pipe _input = new();
    private readonly List<string> _resolved = [];
    private Func<string, RepositoryAccess?> _resolve = static _ => Access(AccessLevel.Write);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _drain.Dispose();

    [Fact]
    public async Task Shell_GreetsByNameAndCloses()
    {
        var (status, output, error) = await RunAsync(null);
        Assert.Equal((0, ""), (status, error));
        Assert.StartsWith("Hi alice!", output, StringComparison.Ordinal);

        var owner = new DeployKeyOwner(ProjectKey.Parse("DEMO"), RepositoryId.New(), Guid.NewGuid(), Fingerprint);
        _logins.Keys[Fingerprint] = new Caller(null, Guid.Empty, false, AccessScope.Read, owner);
        Assert.Contains("deploy key of a repository of DEMO, which may fetch.", (await RunAsync(null)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id", 127)]
    [InlineData("git-upload-pack 'a/b'; id", 127)]
    [InlineData("git-upload-pack", 128)]
    public async Task Exec_AnotherCommand_IsRefusedAndNobodyIsAsked(string command, int expected)
    {
        var (status, output, error) = await RunAsync(command);
        Assert.Equal((expected, ""), (status, output));
        Assert.StartsWith("ERROR: ", error, StringComparison.Ordinal);
        Assert.Empty(_resolved);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("git-upload-pack 'DEMO/hello.git'")]
    public async Task KeyRevoked_SinceTheLogin_RefusesEverything(string? command)
    {
        _logins.Keys.Clear();
        Assert.Equal((128, "", "ERROR: This SSH key is no longer accepted.\n"), await RunAsync(command));
        Assert.Empty(_resolved);
    }

    [Theory]
    [InlineData("git-upload-pack 'DEMO/absent.git'")]
    [InlineData("git-receive-pack 'DEMO/absent.git'")]
    [InlineData("git-upload-archive 'DEMO/absent.git'")]
    [InlineData("git-upload-pack '~/hello.git'")]
    [InlineData("git-upload-pack '/etc/passwd/x'")]
    public async Task Exec_NoSuchRepository_IsOneAnswer(string command)
    {
        _resolve = static _ => null;
        Assert.Equal((128, "", NotFound), await RunAsync(command));
    }

    [Fact]
    public async Task Push_WithReadAccess_IsRefusedInTheWordsOfHttp()
    {
        _resolve = static _ => Access(AccessLevel.Read);
        Assert.Equal((128, "", $"ERROR: {AccessMessages.ReadOnly}\n"), await RunAsync("git-receive-pack 'DEMO/hello.git'"));
    }

    [Fact]
    public async Task UploadPack_V2_AnswersRefsUntilTheClientIsDone()
    {
        await SayAsync(LsRefs + LsRefs + "0000");
        var (status, output, error) = await RunAsync("git-upload-pack '/DEMO/hello.git'", "version=2");
        Assert.Equal((0, ""), (status, error));
        Assert.StartsWith("000eversion 2\n", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Split($"{FakeVolume.Tip} refs/heads/main\n").Length - 1);
        Assert.Equal(["hello", "hello", "hello"], _resolved); // At the start, and before each answer.
    }

    [Fact]
    public async Task UploadPack_PermissionLostInASession_AnswersNoMore()
    {
        await SayAsync(LsRefs + LsRefs);
        _resolve = _ => _resolved.Count > 2 ? null : Access(AccessLevel.Read);
        var (status, output, error) = await RunAsync("git-upload-pack '/DEMO/hello.git'", "version=2");
        Assert.Equal((128, "ERROR: This SSH key is no longer accepted.\n"), (status, error));
        Assert.Equal(1, output.Split("refs/heads/main").Length - 1);
    }

    [Fact]
    public async Task UploadPack_V0_ThatOnlyLooks_NeedsNoGit()
    {
        await SayAsync("0000");
        var (status, output, _) = await RunAsync("git-upload-pack 'DEMO/hello'");
        Assert.Equal(0, status);
        Assert.Contains($"{FakeVolume.Tip} HEAD\0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceivePack_ClientWithNothingToPush_IsDone()
    {
        await SayAsync("0000");
        var (status, output, error) = await RunAsync("git-receive-pack 'DEMO/hello'", "version=2");
        Assert.Equal((0, ""), (status, error));
        Assert.Contains("report-status", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceivePack_PermissionLostWhileTheClientThinks_TakesNoPush()
    {
        var running = RunAsync("git-receive-pack 'DEMO/hello'");
        _logins.Keys.Clear();
        await SayAsync("0000");
        Assert.Equal((128, "ERROR: This SSH key is no longer accepted.\n"), ((await running).Status, (await running).Error));
    }

    [Fact]
    public async Task Exec_UnderAnOldName_WorksWithAHint()
    {
        await SayAsync("0000");
        var (status, _, error) = await RunAsync("git-upload-pack 'DEMO/old.git'");
        Assert.Equal(0, status);
        Assert.StartsWith("WARNING: The repository is now DEMO/hello;", error, StringComparison.Ordinal);
    }

    public static TheoryData<Exception, string> Faults => new()
    {
        { new RepositoryUnavailableException(RepositoryId.New()), AccessMessages.RepositoryUnavailable },
        { new RepositoryUnavailableException(RepositoryId.New(), VolumeFault.Full), "No space left on the server's volume." },
        { new RepositoryUnavailableException(RepositoryId.New(), VolumeFault.ReadOnly), "The server's volume is read-only." },
        { new StorageUnavailableException(VolumeFault.Failing), "The server's volume fails to read or write." },
        { new TimeoutException(), AccessMessages.ServerUnavailable },
        { new InvalidOperationException("secret"), "Internal error." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Exec_Fault_IsALineWithoutItsSecrets(Exception fault, string message)
    {
        _volume.Fault = fault;
        Assert.Equal((128, "", $"ERROR: {message}\n"), await RunAsync("git-upload-pack 'DEMO/hello.git'"));
    }

    [Fact]
    public async Task Exec_Busy_SaysSo()
    {
        await SayAsync("0012command=fetch\n00010009done\n0000");
        var (status, _, error) = await RunAsync("git-upload-pack 'DEMO/hello.git'", "version=2");
        Assert.Equal((128, "ERROR: The server is busy; please try again in a moment.\n"), (status, error));
    }

    [Fact]
    public async Task Drain_LetsWhatRunsEnd_RefusesWhatIsNew_AndBreaksOffInTheEnd()
    {
        var running = RunAsync("git-upload-pack 'DEMO/hello.git'", "version=2");
        var drained = _drain.DrainAsync();
        Assert.Equal((128, "", $"ERROR: {AccessMessages.Stopping}\n"), await RunAsync(null));
        Assert.False(running.IsCompleted);
        Assert.False(drained.IsCompleted);
        _drain.BreakOff();
        Assert.Equal((128, $"ERROR: {AccessMessages.Stopping}\n"), ((await running).Status, (await running).Error));
        await drained;
    }

    [Theory]
    [InlineData("version=2", 2)]
    [InlineData("version=1", 1)]
    [InlineData("version=9:version=2", 2)]
    [InlineData("version=9", 0)]
    [InlineData(null, 0)]
    public void Version_IsTheHighestKnown(string? value, int version) => Assert.Equal(version, (int)GitServices.VersionOf(value));

    private static RepositoryAccess Access(AccessLevel level) =>
        new(new RepositoryId(Guid.Empty), ProjectKey.Parse("DEMO"), RepositoryName.Parse("hello"), level, false, false);

    private async Task SayAsync(string text) => await _input.Writer.WriteAsync(Encoding.ASCII.GetBytes(text), Cancel);

    private async Task<(int Status, string Output, string Error)> RunAsync(string? command, string? protocol = null)
    {
        var (output, error) = (new Pipe(), new Pipe());
        var status = await Handler().ExecuteAsync(
            new SshCommand
            {
                Identity = new KeyIdentity(Fingerprint, Alice),
                Peer = new IPEndPoint(IPAddress.Loopback, 1),
                CommandLine = command is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(command),
                GitProtocol = protocol,
                Input = _input.Reader,
                Output = output.Writer,
                Error = error.Writer,
            },
            Cancel);
        return (status, await ReadAsync(output), await ReadAsync(error));
    }

    private GitCommandHandler Handler()
    {
        var grains = FakeGrains.Create(name =>
        {
            _resolved.Add(name);
            return _resolve(name);
        });
        var access = new GitAccess(grains, _logins);
        var options = Options.Create(new GitProtocolOptions());
        var services = new GitServices(
            new UploadPackSession(_volume, _volume, options, TimeProvider.System),
            new DialogueSession(_volume, _volume, _volume, options, TimeProvider.System),
            new ReceivePackSession(grains, _volume, _volume, options, TimeProvider.System, NullLogger<ReceivePackSession>.Instance),
            new ArchiveSession(_volume, _volume, _volume, TimeProvider.System),
            access);
        return new GitCommandHandler(access, services, _drain, new SshErrors(NullLogger<SshErrors>.Instance), TimeProvider.System);
    }

    private static async Task<string> ReadAsync(Pipe pipe)
    {
        await pipe.Writer.CompleteAsync();
        var result = await pipe.Reader.ReadAtLeastAsync(int.MaxValue, Cancel);
        return Encoding.Latin1.GetString(result.Buffer.ToArray());
    }
}
