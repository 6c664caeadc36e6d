using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.UploadPack;
using Granary.Frontends.Requests;
using Granary.Git;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.GitProtocol.Tests.UploadPack;

public sealed class UploadPackSessionTests : IDisposable
{
    private static readonly RepositoryId Repository = RepositoryId.New();

    private readonly FakeUploadPack _git = new();
    private readonly FakeRefCache _refs = new(Refs.Snapshot("refs/heads/main", ("refs/heads/main", Refs.Id(1), null)));
    private readonly MemoryStream _output = new();
    private readonly RequestMeasure _measure = new(RequestProtocol.Http, TimeProvider.System);

    public void Dispose()
    {
        _git.Dispose();
        _output.Dispose();
    }

    private async Task<string> ServeAsync(GitProtocolVersion version, string request, GitProtocolOptions? options = null)
    {
        var response = PipeWriter.Create(_output, new StreamPipeWriterOptions(leaveOpen: true));
        var session = new UploadPackSession(_refs, _git, Options.Create(options ?? new GitProtocolOptions()), TimeProvider.System);
        await session.ServeAsync(Repository, new Requester("x"), version, _measure, Wire.Reader(request), response, Wire.Cancel);
        await response.CompleteAsync();
        return Wire.Text(_output.ToArray());
    }

    private async Task<List<string>> AdvertiseAsync(GitProtocolVersion version) =>
        Wire.Split((await new UploadPackSession(_refs, _git, Options.Create(new GitProtocolOptions()), TimeProvider.System).AdvertiseAsync(Repository, version, Wire.Cancel)).Span);

    [Fact]
    public async Task Advertise_V2_TellsCapabilitiesWithoutRefs()
    {
        _refs.Fault = new RepositoryUnavailableException(Repository);
        Assert.Equal(
            ["version 2\n", $"agent={ServerAgent.Value}\n", "ls-refs=unborn\n", "fetch=shallow wait-for-done filter ref-in-want\n",
                "server-option\n", "object-format=sha1\n", Wire.Flush],
            await AdvertiseAsync(GitProtocolVersion.V2));
    }

    [Fact]
    public async Task Advertise_V0_TellsRefs() => Assert.Equal(3, (await AdvertiseAsync(GitProtocolVersion.V0)).Count);

    [Fact]
    public async Task Serve_LsRefs_NeedsNoGit()
    {
        _git.Busy = true;
        Assert.Equal(Wire.Line($"{Refs.Id(1)} HEAD\n") + Wire.Flush,
            await ServeAsync(GitProtocolVersion.V2, Wire.Line("command=ls-refs") + Wire.Delimiter + Wire.Line("ref-prefix HEAD") + Wire.Flush));
        Assert.Empty(_git.Requests);
    }

    [Fact]
    public async Task Serve_Fetch_IsGitsAnswer()
    {
        var request = Wire.Line("command=fetch") + Wire.Delimiter + Wire.Line("done") + Wire.Flush;
        Assert.Equal("answer", await ServeAsync(GitProtocolVersion.V2, request));
        Assert.Equal((GitProtocolVersion.V2, request), Assert.Single(_git.Requests));
        Assert.Equal(0, _git.Inside);
    }

    [Fact]
    public async Task Serve_FetchThatOthersMayAskToo_IsShared()
    {
        var request = Wire.Lines("command=fetch", "agent=git/2.39.5") + Wire.Delimiter + Wire.Lines($"want {Refs.Id(1)}", "done") + Wire.Flush;
        Assert.Equal("answer", await ServeAsync(GitProtocolVersion.V2, request));
        Assert.DoesNotContain("agent", Wire.Text(Assert.Single(_git.Shared).Request.Span), StringComparison.Ordinal);
        Assert.Equal(0, _git.Inside);
    }

    [Theory]
    [InlineData(GitProtocolVersion.V0)]
    [InlineData(GitProtocolVersion.V1)]
    public async Task Serve_OldVersion_PassesTheWholeBody(GitProtocolVersion version)
    {
        var request = Wire.Line($"want {Refs.Id(1)}\n") + Wire.Flush + Wire.Line("done\n");
        Assert.Equal("answer", await ServeAsync(version, request));
        Assert.Equal((version, request), Assert.Single(_git.Requests));
    }

    [Theory]
    [InlineData(GitProtocolVersion.V0, "")]
    [InlineData(GitProtocolVersion.V2, "")]
    [InlineData(GitProtocolVersion.V2, "0000")]
    public async Task Serve_Nothing_AnswersNothing(GitProtocolVersion version, string request)
    {
        Assert.Equal("", await ServeAsync(version, request));
        Assert.Empty(_git.Requests);
    }

    [Fact]
    public async Task Serve_Busy_PassesThroughBeforeAnyByte()
    {
        _git.Busy = true;
        await Assert.ThrowsAsync<GitBusyException>(() => ServeAsync(GitProtocolVersion.V2, Wire.Line("command=fetch") + Wire.Flush));
        Assert.Equal(0, _output.Length);
    }

    [Fact]
    public async Task Serve_UnknownCommand_IsRefused() =>
        await Assert.ThrowsAsync<GitProtocolException>(() => ServeAsync(GitProtocolVersion.V2, Wire.Line("command=object-info") + Wire.Flush));

    [Fact]
    public async Task Serve_BodyOverTheLimit_IsRefused() =>
        await Assert.ThrowsAsync<GitProtocolException>(
            () => ServeAsync(GitProtocolVersion.V0, new string('x', 2000), new GitProtocolOptions { MaxFetchRequest = 1024 }));

    [Fact]
    public async Task Session_V2_AnswersOneRequestAfterTheOtherOnOneStream()
    {
        var lsRefs = Wire.Line("command=ls-refs") + Wire.Delimiter + Wire.Line("ref-prefix HEAD") + Wire.Flush;
        var fetch = Wire.Line("command=fetch") + Wire.Delimiter + Wire.Line("done") + Wire.Flush;
        Assert.True(await SessionAsync(lsRefs + fetch + fetch + Wire.Flush, static () => true));
        var capabilities = Wire.Text((await new UploadPackSession(_refs, _git, Options.Create(new GitProtocolOptions()), TimeProvider.System)
            .AdvertiseAsync(Repository, GitProtocolVersion.V2, Wire.Cancel)).Span);
        Assert.Equal(capabilities + Wire.Line($"{Refs.Id(1)} HEAD\n") + Wire.Flush + "answeranswer", Wire.Text(_output.ToArray()));
        Assert.Equal([fetch, fetch], _git.Requests.Select(static r => r.Request));
        Assert.Equal(0, _git.Inside);
    }

    [Fact]
    public async Task Session_PermissionLostInBetween_AnswersNoMore()
    {
        var fetch = Wire.Line("command=fetch") + Wire.Delimiter + Wire.Line("done") + Wire.Flush;
        var left = 1;
        Assert.False(await SessionAsync(fetch + fetch, () => left-- > 0));
        Assert.Single(_git.Requests);
    }

    private async Task<bool> SessionAsync(string requests, Func<bool> isAllowed)
    {
        var response = PipeWriter.Create(_output, new StreamPipeWriterOptions(leaveOpen: true));
        var session = new UploadPackSession(_refs, _git, Options.Create(new GitProtocolOptions()), TimeProvider.System);
        var allowed = await session.ServeSessionAsync(
            Repository, new Requester("x"), _ => ValueTask.FromResult(isAllowed()), _measure, Wire.Reader(requests), response, Wire.Cancel);
        await response.CompleteAsync();
        return allowed;
    }
}
