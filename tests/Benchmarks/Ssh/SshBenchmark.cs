using System.Diagnostics;
using System.Globalization;
using Granary.Tests.Harness;
using Granary.Tests.Ssh.TestHost;

namespace Granary.Benchmarks.Ssh;

/// <summary>Git over SSH beside OpenSSH's server: logins, streams, and a clone.</summary>
internal static class SshBenchmark
{
    private const int LoginsAtOnce = 8;
    private const int LoginsOfEach = 3;
    private const long StreamSize = 500_000_000;

    /// <param name="repository">What is cloned; null: the repository that this program's source is in.</param>
    /// <param name="rounds">How often each is measured.</param>
    public static async Task RunAsync(string? repository, int rounds)
    {
        using var folder = new TemporaryFolder();
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Housekeeping__Automatic"] = "false" });
        var client = await SshClient.CreateAsync(folder.Path, server);
        await server.Admin.PostAsync($"users/{GranaryServer.AdminName}/keys", new { publicKey = client.PublicKey });
        using var openSsh = await OpenSshServer.StartAsync(folder, client.KeyFile);
        var sshd = openSsh.Peer;
        var granary = new SshPeer("Granary", server.ProcessId, server.SshPort, "git", client.KeyFile);
        await PrepareAsync(server, folder, repository ?? SourceFolder());

        var table = Table.Start("ssh", "Granary", "sshd", "times faster", "Granary, CPU ms", "sshd, CPU ms", "times less CPU");
        await Comparison.RowAsync(table, "connect, log in, capabilities: ms", rounds * 3, 1, false, granary, sshd, LogInAsync);
        await Comparison.RowAsync(
            table, $"the same, {LoginsAtOnce} at once: a second", rounds, LoginsAtOnce * LoginsOfEach, true, granary, sshd, LogInManyAsync);
        await CompareStreamsAsync(table, folder, sshd, rounds);
        var copies = 0;
        await Comparison.RowAsync(table, "git clone: ms", rounds, 1, false, granary, sshd, async peer =>
        {
            var clock = Stopwatch.StartNew();
            await SshPeer.RunShellAsync(
                "GIT_SSH_COMMAND=\"$1\" git clone -q --bare \"$2\" \"$3\"", peer.SshCommand,
                $"ssh://{peer.User}@127.0.0.1:{peer.Port}/{RepositoryOf(peer)}", folder[$"copy{++copies}"]);
            var elapsed = clock.Elapsed;
            Directory.Delete(folder[$"copy{copies}"], recursive: true);
            return elapsed;
        });

        Task<TimeSpan> LogInAsync(SshPeer peer) => peer.RunAsync("printf 0000", $"git-upload-pack '/{RepositoryOf(peer).TrimStart('/')}'");

        async Task<TimeSpan> LogInManyAsync(SshPeer peer)
        {
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, LoginsAtOnce).Select(async _ =>
            {
                for (var i = 0; i < LoginsOfEach; i++) await LogInAsync(peer);
            }));
            return clock.Elapsed;
        }

        string RepositoryOf(SshPeer peer) => peer == sshd ? folder["bare.git"] : $"{Seed.Project}/clone.git";
    }

    /// <summary>The protocol's own part, with a source and a sink, beside sshd's head and cat: a row for each direction and cipher.</summary>
    private static async Task CompareStreamsAsync(Table table, TemporaryFolder folder, SshPeer sshd, int rounds)
    {
        var (process, line) = await StartedProcess.StartAsync(
            "listening on ", "dotnet", typeof(TestServer).Assembly.Location, "0", folder["keys"], sshd.KeyFile + ".pub", "--Logging:LogLevel:Default=None");
        using (process)
        {
            var port = int.Parse(line["listening on ".Length..], CultureInfo.InvariantCulture);
            var host = new SshPeer("protocol", process.Id, port, "git", sshd.KeyFile);
            var size = StreamSize.ToString(CultureInfo.InvariantCulture);
            foreach (var cipher in (string[])["aes256-gcm@openssh.com", "aes128-gcm@openssh.com"])
            {
                var label = cipher[..cipher.IndexOf('@', StringComparison.Ordinal)];
                await Comparison.RowAsync(
                    table, $"download, {label}: MB/s; CPU of a GB", rounds, StreamSize / 1e6, true, host, sshd,
                    peer => peer.RunAsync(":", peer == sshd ? $"head -c {size} /dev/zero" : $"source {size}", "-c", cipher));
                await Comparison.RowAsync(
                    table, $"upload, {label}: MB/s; CPU of a GB", rounds, StreamSize / 1e6, true, host, sshd,
                    peer => peer.RunAsync($"head -c {size} /dev/zero", peer == sshd ? "cat > /dev/null" : "sink", "-c", cipher));
            }
        }
    }

    /// <summary>The same repository on both sides, packed alike.</summary>
    private static async Task PrepareAsync(GranaryServer server, TemporaryFolder folder, string repository)
    {
        var bare = folder["bare.git"];
        await SshPeer.RunShellAsync("git clone -q --bare --no-local \"$1\" \"$2\" && git -C \"$2\" repack -adq --write-bitmap-index", repository, bare);
        await server.Admin.CreateProjectAsync(Seed.Project);
        await server.Admin.CreateRepositoryAsync(Seed.Project, "clone");
        var url = server.RepositoryUrl($"{Seed.Project}/clone.git", GranaryServer.AdminName, GranaryServer.AdminPassword);
        await SshPeer.RunShellAsync("git -C \"$1\" push -q \"$2\" 'refs/heads/*:refs/heads/*' 'refs/tags/*:refs/tags/*'", bare, url);
        await server.Admin.PostAsync($"projects/{Seed.Project}/repositories/clone/maintenance", new { });
        await Until.HoldsAsync("housekeeping has ended", () => server.Children.Count == 0, TimeSpan.FromMinutes(5));
    }

    private static string SourceFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orleans.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("Name a repository with --repository=PATH.");
    }
}
