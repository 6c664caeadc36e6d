using Granary.Tests.Harness;
using GitClient = Granary.Tests.Harness.Git;

namespace Granary.Security.Tests.Injection;

/// <summary>A repository whose folder somebody has filled with configuration, hooks and alternates that name a program: it never runs.</summary>
public sealed class RepositoryContentTests
{
    private static readonly string[] Hooks =
    [
        "pre-receive", "update", "post-receive", "post-update", "reference-transaction", "proc-receive", "push-to-checkout", "pre-auto-gc",
        "post-checkout", "post-merge", "pre-push", "pre-commit", "post-index-change", "fsmonitor-watchman",
    ];

    [Fact]
    public async Task HostileFolder_WhateverIsDoneWithIt_RunsNothing()
    {
        using var folder = new TemporaryFolder();
        await using var server = await GranaryServer.StartAsync();
        await server.Admin.CreateProjectAsync("DEMO");
        await server.Admin.CreateRepositoryAsync("DEMO", "repo");
        await server.Admin.CreateRepositoryAsync("DEMO", "other");
        var url = server.RepositoryUrl("DEMO/repo.git", GranaryServer.AdminName, GranaryServer.AdminPassword);
        var git = GitClient.Create(folder.Path);
        await git.RunAsync("init", "-q", "work");
        var work = git.In("work");
        await work.RunAsync("commit", "-q", "--allow-empty", "-m", "first");
        await work.RunAsync("push", "-q", url, "HEAD:refs/heads/main");
        var repository = await server.FolderOfAsync("DEMO", "repo");
        var (program, canary) = (folder["program"], folder["canary"]);
        await File.WriteAllTextAsync(program, $"#!/bin/sh\necho \"$0 $*\" >> {canary}\nexit 1\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        await FillAsync(repository, program, await server.FolderOfAsync("DEMO", "other"));

        // The program works, and plain git would run it: otherwise the test could not fail.
        Assert.NotEqual(0, (await git.In(repository).TryAsync("-c", "core.fsmonitor=", "update-ref", "refs/heads/x", "refs/heads/main")).ExitCode);
        Assert.True(File.Exists(canary));
        File.Delete(canary);

        for (var round = 0; round < 2; round++)
        {
            await UseAsync(server, work, url, repository, folder[$"round{round}"]);
            Assert.False(File.Exists(canary), File.Exists(canary) ? await File.ReadAllTextAsync(canary) : "");
            await server.TerminateAsync();
            await server.StartAgainAsync();
        }
    }

    private static async Task UseAsync(GranaryServer server, GitClient work, string url, string repository, string copies)
    {
        Directory.CreateDirectory(copies);
        foreach (var version in (int[])[0, 1, 2])
        {
            await work.RunAsync("-c", $"protocol.version={version}", "clone", "-q", url, Path.Combine(copies, $"v{version}"));
            await work.RunAsync("-c", $"protocol.version={version}", "clone", "-q", "--filter=blob:none", "--depth=1", "--no-checkout", url, Path.Combine(copies, $"partial{version}"));
        }

        // With a loose ref, so that git is asked to fold it; then pushes of every kind, and a rule and a limit that look at objects.
        await File.WriteAllTextAsync(Path.Combine(repository, "refs", "heads", "loose"), await work.RunAsync("rev-parse", "HEAD") + "\n");
        await server.Admin.PostAsync("projects/DEMO/repositories/repo/protection-rules", new { pattern = "**", noForce = true, commits = new { message = "." } });
        await server.Admin.PatchAsync("projects/DEMO/repositories/repo/policy", new { maxFileSize = "100", hiddenRefs = new { names = new[] { "refs/hidden" } } });
        await File.WriteAllTextAsync(Path.Combine(work.Folder, ".gitattributes"), "* filter=hostile diff=hostile merge=hostile\n");
        await File.WriteAllTextAsync(Path.Combine(work.Folder, "large"), new string('x', 1000));
        await work.RunAsync("add", ".");
        await work.RunAsync("commit", "-q", "--allow-empty", "-m", "more");
        await work.TryAsync("push", "-q", url, "HEAD:refs/heads/main");
        await server.Admin.PatchAsync("projects/DEMO/repositories/repo/policy", new { maxFileSize = "0" });
        await work.RunAsync("push", "-q", url, "HEAD:refs/heads/main", $"HEAD:refs/heads/{Path.GetFileName(copies)}");
        await work.RunAsync("fetch", "-q", url);
        await server.Admin.GetAsync("projects/DEMO/repositories/repo");
    }

    private static async Task FillAsync(string repository, string program, string other)
    {
        await File.AppendAllTextAsync(
            Path.Combine(repository, "config"),
            $"""
            [core]
                fsmonitor = {program}
                sshCommand = {program}
                hooksPath = {repository}/hooks
                pager = {program}
                editor = {program}
                askPass = {program}
                gitProxy = {program}
                alternateRefsCommand = {program}
                attributesFile = {repository}/attributes
            [uploadpack]
                packObjectsHook = {program}
            [receive]
                procReceiveRefs = refs
            [include]
                path = {repository}/more
            [extensions]
                worktreeConfig = true
            [gpg]
                program = {program}
            [diff]
                external = {program}
            [pager]
                rev-list = {program}
                cat-file = {program}
            [alias]
                index-pack = !{program}
            [filter "hostile"]
                clean = {program}
                smudge = {program}
                process = {program}
            [diff "hostile"]
                textconv = {program}
                command = {program}
            [merge "hostile"]
                driver = {program}
            [credential]
                helper = !{program}
            [remote "origin"]
                url = ext::{program}
                promisor = true
                partialclonefilter = blob:none
                uploadpack = {program}
            [url "ext::{program} "]
                insteadOf = /
            [trace2]
                normalTarget = {repository}/trace

            """);
        await File.WriteAllTextAsync(Path.Combine(repository, "more"), $"[core]\n\tfsmonitor = {program}\n[uploadpack]\n\tpackObjectsHook = {program}\n");
        await File.WriteAllTextAsync(Path.Combine(repository, "config.worktree"), $"[core]\n\thooksPath = {repository}/hooks\n\tfsmonitor = {program}\n");
        await File.WriteAllTextAsync(Path.Combine(repository, "objects", "info", "alternates"), Path.Combine(other, "objects") + "\n");
        Directory.CreateDirectory(Path.Combine(repository, "hooks"));
        foreach (var hook in Hooks) File.Copy(program, Path.Combine(repository, "hooks", hook));
    }
}
