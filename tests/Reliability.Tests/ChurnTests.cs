using System.Diagnostics;
using System.Globalization;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>
/// Clones, pushes and housekeeping of one repository together, replaced packs removed within seconds; and the same while
/// somebody runs git's own housekeeping in the repository's folder. With
/// <c>GRANARY_LONG_TESTS=1</c> an hour of it, or <c>GRANARY_CHURN_MINUTES</c>.
/// </summary>
public sealed class ChurnTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Length = Environment.GetEnvironmentVariable("GRANARY_CHURN_MINUTES") is { } minutes
        ? TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture))
        : Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1" ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(15);

    private readonly Stopwatch _clock = new();
    private int _clones;
    private int _pushes;
    private int _runs;
    private int _rounds;

    [Theory]
    [InlineData("268435456")]
    [InlineData("0")]
    public Task ClonesPushesAndHousekeeping_Together_AllSucceedAndFsckIsClean(string wholeSize) => ChurnAsync(wholeSize, withForeignGc: false);

    [Theory]
    [InlineData("268435456")]
    [InlineData("0")]
    public Task ClonesPushesAndHousekeeping_BesideGitsOwn_AllSucceedAndFsckIsClean(string wholeSize) => ChurnAsync(wholeSize, withForeignGc: true);

    private async Task ChurnAsync(string wholeSize, bool withForeignGc)
    {
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Housekeeping__ReplacedPackGrace"] = "00:00:02",
            ["Granary__Housekeeping__RecentPackGrace"] = "00:00:02",
            ["Granary__Housekeeping__Automatic"] = "true",
            ["Granary__Housekeeping__NewPacks"] = "3",
            ["Granary__Housekeeping__WholeSize"] = wholeSize,
        });
        using var repository = await TestRepository.CreateAsync(server);
        _clock.Start();
        var tips = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => PushAsync(repository, $"refs/heads/b{i}"))
            .Concat(Enumerable.Range(0, 2).Select(i => CloneAsync(repository, i)))
            .Append(KeepAsync(repository, withForeignGc))
            .Append(withForeignGc ? CollectAsync(repository) : Task.FromResult<string?>(null)));
        output.WriteLine($"{_pushes} pushes, {_clones} clones, {_runs} runs of housekeeping, {_rounds} of git's own in {_clock.Elapsed}");

        // Housekeeping gets only what the others leave of the processors.
        Assert.True(_pushes > 10 && _clones > 3 && _runs > 0 && (_rounds > 0 || !withForeignGc), "The load did not get under way.");

        Assert.Equal("", await repository.FsckAsync("--full", "--strict"));
        using var client = repository.Connect();
        var refs = await client.LsRefsAsync("refs/heads/b");
        Assert.Equal(tips.OfType<string>().Order(), refs.Values.Order());
        await repository.UntilIdleAsync();
        await Until.HoldsAsync("nothing of housekeeping is left", () => repository.Leftovers().Count == 0 && !TemporaryFiles(repository).Any());
    }

    private static IEnumerable<string> TemporaryFiles(TestRepository repository) =>
        Directory.EnumerateFiles(Path.Combine(repository.Folder, "objects"), "tmp_*", SearchOption.AllDirectories);

    /// <returns>The last commit that was acknowledged.</returns>
    private async Task<string?> PushAsync(TestRepository repository, string branch)
    {
        using var client = repository.Connect();
        var (old, tip) = (Command.Zero, repository.Base);
        while (_clock.Elapsed < Length)
        {
            var (id, pack) = PackBuilder.OneCommit(repository.Tree, tip, Guid.NewGuid().ToString());
            PushReport report;
            do report = await client.PushAsync([new Command(branch, old, id)], pack);
            while (report.ToString().Contains("busy; please try again", StringComparison.Ordinal));
            Assert.True(report.IsOk, report.ToString());
            (old, tip) = (id, id);
            Interlocked.Increment(ref _pushes);
        }

        return tip;
    }

    private async Task<string?> CloneAsync(TestRepository repository, int number)
    {
        var folder = repository[$"clone{number}"];
        while (_clock.Elapsed < Length)
        {
            await repository.Git.RunAsync("clone", "--quiet", "--mirror", repository.Url, folder);
            Directory.Delete(folder, recursive: true);
            Interlocked.Increment(ref _clones);
        }

        return null;
    }

    /// <summary>What git calls safe beside writers, in the repository's folder.</summary>
    private async Task<string?> CollectAsync(TestRepository repository)
    {
        var inside = repository.Git.In(repository.Folder);
        string[][] rounds =
        [
            ["gc", "-q"], ["repack", "-q", "-A", "-d"], ["-c", "gc.autoPackLimit=2", "-c", "gc.autoDetach=false", "gc", "--auto", "-q"], ["repack", "-q", "-d"],
            ["pack-refs", "--all"], ["prune"],
        ];
        while (_clock.Elapsed < Length)
        {
            // Where it meets a lock of ours it says so and gives up.
            await inside.TryAsync(rounds[_rounds % rounds.Length]);
            _rounds++;
        }

        return null;
    }

    private async Task<string?> KeepAsync(TestRepository repository, bool withForeignGc)
    {
        var path = repository.Path[..^".git".Length].Replace("/", "/repositories/", StringComparison.Ordinal);
        do
        {
            ApiReply reply;
            try
            {
                reply = await repository.Server.Admin.SendAsync(HttpMethod.Post, $"projects/{path}/maintenance");
            }
            catch (TaskCanceledException)
            {
                // It gets what the others leave of the processors: on a machine with other work that may take long.
                continue;
            }

            // Both write a commit-graph: the one who comes later says that it is locked.
            if (withForeignGc && reply.Status == System.Net.HttpStatusCode.ServiceUnavailable) continue;
            Assert.True(reply.Status == System.Net.HttpStatusCode.OK, reply.Text);
            Assert.Equal("", reply.Json.GetProperty("lastFault").GetString());
            Assert.True(withForeignGc || reply.Json.GetProperty("hasBitmap").GetBoolean());
            Interlocked.Increment(ref _runs);
        }
        while (_clock.Elapsed < Length || (_runs == 0 && _clock.Elapsed < Length * 3));

        return null;
    }
}
