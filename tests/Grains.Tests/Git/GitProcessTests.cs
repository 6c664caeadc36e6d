using System.Diagnostics;
using System.Globalization;
using System.Text;
using Granary.Grains.Git.Processes;

namespace Granary.Grains.Tests.Git;

/// <summary>Alone: it counts the descriptors of the process.</summary>
[Collection(AloneCollection.Name)]
public sealed class GitProcessTests
{
    [Fact]
    public async Task Run_Echo_GivesOutputAndExitCode()
    {
        await using var process = Shell("cat; echo out; echo problem >&2; exit 3");
        await process.SendAsync("in "u8.ToArray(), CancellationToken.None);
        process.CloseInput();
        Assert.Equal("in out\n", Encoding.UTF8.GetString(await process.ReadAllAsync(100, CancellationToken.None)));
        Assert.Equal((3, "problem\n"), await process.WaitAsync());
        Assert.Equal(3, (await process.WaitAsync()).ExitCode);
    }

    [Fact]
    public async Task Run_KilledBySignal_SaysSo()
    {
        await using var process = Shell("kill -TERM $$");
        Assert.Equal(128 + 15, (await process.WaitAsync()).ExitCode);
    }

    [Theory]
    [InlineData(8192)]
    [InlineData(100)]
    public async Task Run_LongStandardError_KeepsItsEnd(int limit)
    {
        await using var process = GitProcess.Start("test", "/bin/sh", ["-c", "seq 1 20000 >&2"], ["PATH=/usr/bin:/bin"], null, limit);
        var (exitCode, error) = await process.WaitAsync();
        Assert.Equal(0, exitCode);
        Assert.Equal(limit, error.Length);
        Assert.EndsWith("19999\n20000\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_EndsWithoutReadingItsInput_IsAnEndNotAFault()
    {
        await using var process = Shell("read line; echo early; exit 7");
        await process.SendAsync("x\nmore that nobody reads"u8.ToArray(), CancellationToken.None);
        Assert.Equal("early\n", Encoding.UTF8.GetString(await process.ReadAllAsync(100, CancellationToken.None)));
        Assert.Equal(7, (await process.WaitAsync()).ExitCode);
    }

    [Fact]
    public async Task Start_Environment_IsOnlyWhatWasGiven()
    {
        await using var process = GitProcess.Start("test", "/usr/bin/env", [], ["A=b c"]);
        Assert.Equal("A=b c\n", Encoding.UTF8.GetString(await process.ReadAllAsync(10000, CancellationToken.None)));
    }

    [Fact]
    public async Task Start_WithLimits_HoldsTheProcessAndItsChildrenToThem()
    {
        var limits = new ProcessLimits(256 << 20, TimeSpan.FromSeconds(90));
        await using var process = GitProcess.Start(
            "test", "/bin/sh", ["-c", "read line; sh -c 'ulimit -d; ulimit -t'"], ["PATH=/usr/bin:/bin"], limits: limits);
        await process.SendAsync("go\n"u8.ToArray(), CancellationToken.None);
        Assert.Equal("262144\n90\n", Encoding.UTF8.GetString(await process.ReadAllAsync(100, CancellationToken.None)));
    }

    [Fact]
    public void Start_NoSuchProgram_Throws()
    {
        var before = Descriptors();
        for (var i = 0; i < 50; i++) Assert.Throws<IOException>(() => GitProcess.Start("test", "/nonexistent/git", [], []));
        Assert.Throws<ArgumentException>(() => GitProcess.Start("test", "/bin/sh", ["a\0b"], []));
        Assert.InRange(Descriptors(), 0, before + 10);
    }

    [Fact]
    public async Task Kill_LeaderWithChildren_EndsTheWholeGroup()
    {
        await using var process = Shell("sleep 1000 & echo $! $$; wait");
        var pids = await ReadPidsAsync(process);
        process.Kill();
        Assert.Equal(128 + 9, (await process.WaitAsync()).ExitCode);
        await AssertGoneAsync(pids);
    }

    [Fact]
    public async Task Kill_LeaderGoneChildLeft_EndsTheChild()
    {
        await using var process = Shell("sleep 1000 & echo $! $$");
        var pids = await ReadPidsAsync(process);
        await Wait.UntilAsync(() => State(pids[1]) is 'Z');
        process.Kill();
        Assert.Equal(0, (await process.WaitAsync()).ExitCode);
        await AssertGoneAsync(pids);
    }

    [Fact]
    public async Task Dispose_StillRunning_EndsTheGroupAndReaps()
    {
        var process = Shell("sleep 1000 & echo $! $$; wait");
        var pids = await ReadPidsAsync(process);
        await process.DisposeAsync();
        process.Kill();
        await AssertGoneAsync(pids);
    }

    [Fact]
    public async Task Start_ManyAtOnce_LeavesNoDescriptorNorZombie()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RunOneAsync(0)));
        var before = Descriptors();
        for (var round = 0; round < 5; round++) await Task.WhenAll(Enumerable.Range(0, 40).Select(RunOneAsync));
        Assert.InRange(Descriptors(), 0, before + 10);
        Assert.DoesNotContain(Children(), static pid => State(pid) == 'Z');

        static async Task RunOneAsync(int i)
        {
            await using var process = Shell($"cat; exit {i}");
            await process.SendAsync(new byte[1000], CancellationToken.None);
            process.CloseInput();
            if (i % 10 == 9) return;
            Assert.Equal(1000, (await process.ReadAllAsync(1000, CancellationToken.None)).Length);
            Assert.Equal(i, (await process.WaitAsync()).ExitCode);
        }
    }

    private static GitProcess Shell(string script) => GitProcess.Start("test", "/bin/sh", ["-c", script], ["PATH=/usr/bin:/bin"]);

    private static async Task<int[]> ReadPidsAsync(GitProcess process)
    {
        var buffer = new byte[100];
        var length = 0;
        while (length == 0 || buffer[length - 1] != '\n') length += await process.Stdio.ReceiveAsync(buffer.AsMemory(length));
        return [.. Encoding.ASCII.GetString(buffer, 0, length).TrimEnd().Split(' ').Select(static t => int.Parse(t, CultureInfo.InvariantCulture))];
    }

    /// <summary>An orphan may stay a zombie until init, or whoever stands in for it, looks.</summary>
    private static async Task AssertGoneAsync(int[] pids)
    {
        Assert.Null(State(pids[1]));
        await Wait.UntilAsync(() => State(pids[0]) is null or 'Z');
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;

    private static IEnumerable<int> Children() => Directory.EnumerateDirectories($"/proc/{Environment.ProcessId}/task")
        .SelectMany(static task => File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(static t => int.Parse(t, CultureInfo.InvariantCulture));

    private static char? State(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (Exception exception) when (exception is IOException)
        {
            return null;
        }
    }
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
