using System.Text;
using Google.Protobuf;
using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;

namespace Granary.Reading.Tests.Blame;

/// <summary>The generated history in <c>READ/blame</c>, without a commit-graph, and in <c>READ/blame-graph</c>, with one.</summary>
public sealed class BlameRepository(ReadingServer server) : IAsyncLifetime
{
    public const string Plain = "blame";
    public const string WithGraph = "blame-graph";
    private const int Seed = 11;

    internal ReadingServer Reading { get; } = server;

    /// <summary>Real git in the bare repository that was pushed.</summary>
    internal RealGit Git { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Git = await Reading.ImportAsync(Plain, BlameHistory.Make(Seed));
        await Reading.Server.Admin.CreateRepositoryAsync(ReadingServer.Project, WithGraph);
        await Git.RunAsync("push", "-q", Reading.Server.RepositoryUrl($"{ReadingServer.Project}/{WithGraph}.git", GranaryServer.AdminName, GranaryServer.AdminPassword), "refs/*:refs/*");
        var maintenance = new MaintenanceService.MaintenanceServiceClient(Reading.Channel);
        await maintenance.RunMaintenanceAsync(new RunMaintenanceRequest { Project = ReadingServer.Project, Repository = WithGraph }, Reading.Login);
        Assert.True(File.Exists(Path.Combine(await Reading.Server.FolderOfAsync(ReadingServer.Project, WithGraph), "objects", "info", "commit-graph")));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>All messages of an answer.</summary>
    internal static Task<List<BlameResponse>> MessagesAsync(ReadingServer server, string repository, Action<BlameRequest> ask)
    {
        var request = new BlameRequest { Project = ReadingServer.Project, Repository = repository };
        ask(request);
        return ReadingServer.AllAsync(new BlameService.BlameServiceClient(server.Channel).Blame(request, server.Login));
    }

    /// <summary>An answer, line by line.</summary>
    internal static async Task<List<BlamedLine>> LinesAsync(ReadingServer server, string repository, Action<BlameRequest> ask) =>
        [.. RunsOf(await MessagesAsync(server, repository, ask)).SelectMany(LinesOf)];

    internal static IEnumerable<BlameRun> RunsOf(IEnumerable<BlameResponse> messages) => messages.Skip(1).SelectMany(static message => message.Runs.Runs);

    private static IEnumerable<BlamedLine> LinesOf(BlameRun run)
    {
        var path = Bytes(run.OriginalPath, run.OriginalRawPath);
        var previous = run.PreviousCommitId.Length == 0 ? "" : $"{run.PreviousCommitId} {Bytes(run.PreviousPath, run.PreviousRawPath)}";
        for (var i = 0; i < run.LineCount; i++) yield return new BlamedLine(run.Line + i, run.CommitId, run.OriginalLine + i, path, previous);
    }

    private static string Bytes(string text, ByteString raw) => Encoding.Latin1.GetString(raw.IsEmpty ? Encoding.UTF8.GetBytes(text) : raw.ToByteArray());
}
