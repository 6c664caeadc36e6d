using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Clients;

/// <summary>A client that shares no code with git: isomorphic-git, in JavaScript.</summary>
public sealed class IsomorphicGitTests(SharedServer shared)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task IsomorphicGit_ClonesAndPushes_AsGitDoes()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 4);
        var tip = await work.RunAsync("rev-parse", "HEAD");
        var program = await InstallAsync(repository["node"]);

        var output = await RunAsync(
            "node", repository["node"], program, repository.AnonymousUrl, SharedServer.Member, SharedServer.MemberPassword, repository["copy"]);
        var told = JsonDocument.Parse(output).RootElement;
        Assert.Equal(tip, told.GetProperty("cloned").GetString());
        Assert.Equal(4, told.GetProperty("commits").GetInt32());
        var pushed = told.GetProperty("pushed").GetString();
        Assert.Equal([$"{pushed} refs/heads/main", $"{pushed} refs/heads/topic"], told.GetProperty("refs").EnumerateArray().Select(static r => r.GetString()));

        await work.RunAsync("pull", "-q", "--ff-only", "origin", "main");
        Assert.Equal(pushed, await work.RunAsync("rev-parse", "HEAD"));
        Assert.Equal("written by another client\n", await File.ReadAllTextAsync(Path.Combine(work.Folder, "from-node.txt")));
        await work.RunAsync("fsck", "--strict");
    }

    /// <summary>Installs the pinned packages; where there is no node or no registry the test is skipped, but not in CI.</summary>
    private static async Task<string> InstallAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Clients", "isomorphic-git")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        try
        {
            await RunAsync("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip($"isomorphic-git cannot be installed: {fault.Message}");
        }

        return Path.Combine(folder, "client.mjs");
    }

    private static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        using var timeout = new CancellationTokenSource(Bound);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Bound.TotalSeconds} s.");
        }
    }
}
