using System.Diagnostics;
using System.Globalization;
using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Granary.Reading.Tests.Archives;

/// <summary>A server of its own with narrow limits, and <c>READ/large</c>: archives that no buffer on the way takes whole, and too large ones.</summary>
public sealed class ArchiveServer : IAsyncLifetime
{
    public const int MaxSize = 24 << 20;
    public const int MaxProcesses = 2;
    public const int MaxPaused = 3;

    /// <summary>Of each of two folders: one is within the limit, both are not.</summary>
    private const int FileSize = 20 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _settings;

    public ArchiveServer()
        : this(new Dictionary<string, string>())
    {
    }

    private ArchiveServer(Dictionary<string, string> settings) => _settings = new(settings)
    {
        ["Granary__Archives__MaxSize"] = MaxSize.ToString(CultureInfo.InvariantCulture),
        ["Granary__Git__MaxProcesses"] = MaxProcesses.ToString(CultureInfo.InvariantCulture),
        ["Granary__Git__MaxPausedProcesses"] = MaxPaused.ToString(CultureInfo.InvariantCulture),
        ["Granary__Git__MaxWaiting"] = "4",
        ["Granary__Git__MaxWait"] = "00:00:01",
    };

    internal GranaryServer Server { get; private set; } = null!;

    internal ArchiveService.ArchiveServiceClient Archives { get; private set; } = null!;

    internal Metadata Login { get; } = ReadingServer.LoginOf(GranaryServer.AdminName, GranaryServer.AdminPassword);

    /// <summary>What was started of the programs that git asks about signatures.</summary>
    internal bool WasTrapped => File.Exists(_folder["trapped"]);

    /// <summary>The git processes that live now.</summary>
    internal int Processes => Server.Children.Count(static c => c.Name == "git");

    private GrpcChannel? Channel { get; set; }

    internal static async Task<ArchiveServer> StartAsync(params (string Name, string Value)[] settings)
    {
        var server = new ArchiveServer(settings.ToDictionary(static s => s.Name, static s => s.Value));
        await server.InitializeAsync();
        return server;
    }

    public async ValueTask InitializeAsync()
    {
        MakeTraps();
        Server = await GranaryServer.StartAsync(_settings);
        Channel = GrpcChannel.ForAddress(Server.RpcUrl);
        Archives = new(Channel);
        await Server.Admin.CreateProjectAsync(ReadingServer.Project);
        await Server.Admin.CreateRepositoryAsync(ReadingServer.Project, "large");
        var home = RealGit.Create(_folder.Path);
        await home.RunAsync("init", "-q", "--bare", "large.git");
        var import = new FastImport();
        import.Commit("refs/heads/main", "Large");
        import.File("one/zeros", new byte[FileSize]).File("two/zeros", new byte[FileSize]).File("small/file", "small\n");
        import.File(".gitattributes", "signed/state export-subst\n").File("signed/state", "state:$Format:%G?%GK$\n");
        var git = home.In("large.git");
        await git.FeedAsync(import.Bytes, "fast-import", "--quiet");
        var commit = await git.RunAsync("cat-file", "commit", "main");
        var signed = commit.Replace("\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iHUE\n -----END PGP SIGNATURE-----\n\n", StringComparison.Ordinal) + "\n";
        await git.RunAsync("update-ref", "refs/heads/signed", await git.FeedAsync(signed, "hash-object", "-t", "commit", "-w", "--stdin"));
        await git.RunAsync("push", "-q", Server.RepositoryUrl($"{ReadingServer.Project}/large.git", GranaryServer.AdminName, GranaryServer.AdminPassword), "refs/*:refs/*");
    }

    public async ValueTask DisposeAsync()
    {
        Channel?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        _folder.Dispose();
    }

    internal static string PathOf(string file) => $"/api/v1/projects/{ReadingServer.Project}/repositories/large/archive/{file}";

    internal static GetArchiveRequest Request(string path) =>
        new() { Project = ReadingServer.Project, Repository = "large", Revision = "main", Format = ArchiveFormat.Tar, Path = path };

    /// <summary>A client that asks for a download and takes nothing of it.</summary>
    internal async Task<RawHttp> AskAsync(string file)
    {
        var connection = await RawHttp.ConnectAsync(Server.Port);
        await connection.SendAsync(
            $"GET {PathOf(file)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{RawHttp.Authorization(GranaryServer.AdminName, GranaryServer.AdminPassword)}\r\n");
        return connection;
    }

    /// <summary>Downloads as people do.</summary>
    /// <returns>curl's exit status, and how many bytes it got.</returns>
    internal async Task<(int ExitCode, long Length)> CurlAsync(string file)
    {
        var target = _folder[Guid.NewGuid().ToString("N")];
        using var curl = Process.Start(
            "curl", ["-s", "-u", $"{GranaryServer.AdminName}:{GranaryServer.AdminPassword}", "-o", target, Server.Url + PathOf(file)]);
        await curl.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (curl.ExitCode, File.Exists(target) ? new FileInfo(target).Length : 0);
    }

    /// <summary>Programs that the server must not start stand in its path, and tell when they are.</summary>
    private void MakeTraps()
    {
        var folder = Directory.CreateDirectory(_folder["traps"]).FullName;
        foreach (var program in (string[])["gpg", "gpgsm", "ssh-keygen"])
        {
            File.WriteAllText(Path.Combine(folder, program), $"#!/bin/sh\n: > '{_folder["trapped"]}'\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(folder, program), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        _settings["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    /// <summary>Waits until no archive is being made.</summary>
    internal async Task UntilQuietAsync()
    {
        await Until.HoldsAsync("no git is left", () => Processes == 0);
        await Metrics.UntilAsync(Server, "no place is taken", static now => now.Sum("granary_git_places", ("kind", "archive")) == 0);
    }
}
