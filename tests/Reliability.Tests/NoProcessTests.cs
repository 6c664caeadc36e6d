using System.Diagnostics;
using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>Refs are answered from memory: the kernel is asked whether the server started anything.</summary>
public sealed class NoProcessTests
{
    private const int Requests = 1000;
    private const string Calls = "trace=execve,execveat,fork,vfork,clone,clone3";

    [Fact]
    public async Task RefReads_AThousandOfEach_StartNoProcess()
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(static f => File.Exists(Path.Combine(f, "strace"))))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "strace is missing.");
            Assert.Skip("strace is missing.");
        }

        using var folder = new TemporaryFolder();
        if (await TryAttachedAsync(folder["attached"])) return;

        // Where only a parent may trace, the server is started under it.
        await using var server = await GranaryServer.StartAsync(null, ["strace", "-f", "-e", Calls, "-o", folder["started"]]);
        await CountAsync(server, folder["started"]);
    }

    /// <returns>False when the kernel does not let us attach.</returns>
    private static async Task<bool> TryAttachedAsync(string trace)
    {
        await using var server = await GranaryServer.StartAsync();
        var start = new ProcessStartInfo("strace", ["-f", "-e", Calls, "-o", trace, "-p", server.ProcessId.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true,
        };
        using var strace = Process.Start(start)!;
        try
        {
            var line = await strace.StandardError.ReadLineAsync();
            if (line?.Contains("attached", StringComparison.Ordinal) != true) return false;
            _ = strace.StandardError.ReadToEndAsync();
            await CountAsync(server, trace);
            return true;
        }
        finally
        {
            strace.Kill();
            await strace.WaitForExitAsync();
        }
    }

    private static async Task CountAsync(GranaryServer server, string trace)
    {
        using var repository = await TestRepository.CreateAsync(server);
        using var client = repository.Connect();
        await client.LsRefsAsync();
        await repository.UntilIdleAsync();
        var before = Processes(trace).Count;
        for (var i = 0; i < Requests; i++)
        {
            Assert.Equal(repository.Base, (await client.LsRefsAsync("refs/heads/"))["refs/heads/main"]);
            Assert.NotEmpty(await client.AdvertisementAsync());
        }

        // A fetch does start git: it shows that the trace sees everything up to here.
        var marker = Processes(trace).Count;
        Assert.Equal(before, marker);
        using (var answer = await client.FetchAsync(repository.Base)) await answer.Content.ReadAsByteArrayAsync();
        await Until.HoldsAsync("the trace shows the git of a fetch", () => Processes(trace).Skip(marker).Any(static l => l.Contains("upload-pack", StringComparison.Ordinal)));
        var first = Processes(trace)[marker];
        Assert.True(first.Contains("upload-pack", StringComparison.Ordinal) || !first.Contains("execve", StringComparison.Ordinal), first);
    }

    /// <summary>The calls that began a process or a program; new threads are no processes.</summary>
    private static List<string> Processes(string trace)
    {
        using var file = new StreamReader(new FileStream(trace, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. file.ReadToEnd().Split('\n').Where(static l =>
            (l.Contains("execve", StringComparison.Ordinal) || l.Contains("fork(", StringComparison.Ordinal) || l.Contains("clone", StringComparison.Ordinal))
            && !l.Contains("CLONE_THREAD", StringComparison.Ordinal) && !l.Contains("resumed>", StringComparison.Ordinal))];
    }
}
