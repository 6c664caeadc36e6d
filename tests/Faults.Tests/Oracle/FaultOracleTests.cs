using System.Globalization;
using System.Text;
using Granary.Reliability.Tests.Clients;
using Granary.Reliability.Tests.History;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests.Oracle;

/// <summary>The oracle rejects what it is there to reject: forged evidence, and forged files of a real repository.</summary>
public sealed class FaultOracleTests
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Repository_Untouched_HasNoViolation()
    {
        await using var server = await GranaryServer.StartAsync();
        using var run = await FaultRun.BeginAsync(server);
        Assert.True((await run.PushAsync(atomic: true))!.IsOk);
        var whole = await run.GatherAsync((true, TimeSpan.Zero));
        Assert.Empty(FaultOracle.Judge(whole, TimeSpan.Zero));
        AssertEvidenceIsJudged(whole);
        await AssertFilesAreJudgedAsync(run);
    }

    /// <summary>Each promise is broken in the evidence, one at a time.</summary>
    private static void AssertEvidenceIsJudged(Evidence whole)
    {
        var view = whole.Views.Values.First();
        Violates("O1: the stale silo:", whole with { Views = With(view, ("refs/heads/b", whole.Log.Operations[^1].Steps[1].Old)) });
        Violates("an atomic push came to pass in part", whole with { Views = With(view, ("refs/heads/b", whole.Log.Operations[^1].Steps[1].Old)) });
        Violates("O2: refs/heads/a", whole with { MissingTips = ["refs/heads/a"] });
        Violates("O2: git fsck", whole with { Fsck = "missing blob" });
        Violates("O3: the push was refused", whole with { Retry = (false, TimeSpan.Zero) });
        Violates("O3: the push took", whole with { Retry = (true, TimeSpan.FromSeconds(31)) });
        Violates("O4: packed-refs.lock", whole with { Leftovers = [new Leftover("packed-refs.lock", Age + Age)] });
        Assert.Empty(FaultOracle.Judge(whole with { Leftovers = [new Leftover("packed-refs.lock", TimeSpan.Zero)] }, Age));
        var usage = whole.Usage!;
        Violates("O6: 1 git processes", whole with { Usage = usage with { Children = 1 } });
        Violates("MiB of memory", whole with { Usage = usage with { Memory = usage.Memory + (1L << 30) } });
        Violates("open files", whole with { Usage = usage with { Files = usage.Files + 1000 } });
        Violates("threads", whole with { Usage = usage with { Threads = usage.Threads + 1000 } });
        Violates("O7: a client waited", whole with { LongestWait = TimeSpan.FromMinutes(5) });
        Violates("O8: rights", whole with { Rights = whole.Rights + " and one more" });
    }

    /// <summary>The same for what a gathering finds on the volume.</summary>
    private static async Task AssertFilesAreJudgedAsync(FaultRun run)
    {
        var folder = run.Repository.Folder;
        var old = File.ReadAllText(Path.Combine(folder, "packed-refs"));
        await ViolatesAsync("O4: HEAD.lock", run, Path.Combine(folder, "HEAD.lock"), "");
        await ViolatesAsync("O4: objects/pack/tmp_pack_1", run, Path.Combine(folder, "objects", "pack", "tmp_pack_1"), "");
        await ViolatesAsync("O4: objects/pack/pack-1.keep", run, Path.Combine(folder, "objects", "pack", "pack-1.keep"), "granary: a push\n");
        await ViolatesAsync("O4: objects/pack/pack-1.pack", run, Path.Combine(folder, "objects", "pack", "pack-1.pack"), "");

        // An acknowledged push whose refs are those of before; and one whose refs moved in part.
        var operation = run.Log.Operations[^1];
        var lost = old;
        foreach (var step in operation.Steps) lost = lost.Replace(step.New, step.Old, StringComparison.Ordinal);
        await ViolatesAsync("was acknowledged and is lost", run, Path.Combine(folder, "packed-refs"), lost);
        var mixed = old.Replace(operation.Steps[0].New, operation.Steps[0].Old, StringComparison.Ordinal);
        await ViolatesAsync("an atomic push came to pass in part", run, Path.Combine(folder, "packed-refs"), mixed);

        // A lost event, an open intent and an event of a push that was none.
        var journal = Directory.GetFiles(Path.Combine(folder, "granary", "journal")).Single();
        var lines = File.ReadAllLines(journal);
        await ViolatesAsync("has 0 committed intents", run, journal, string.Concat(lines[..^2].Select(static l => l + "\n")));
        await ViolatesAsync("the last intent is open", run, journal, string.Concat(lines[..^1].Select(static l => l + "\n")));
        await ViolatesAsync("committed intents for", run, journal, string.Concat([.. lines.Select(static l => l + "\n"), .. Forged(lines)]));

        // A ref to an object that is nowhere.
        var absent = old.Replace(operation.Steps[0].New, new string('1', 40), StringComparison.Ordinal);
        await ViolatesAsync("names an object that is not there", run, Path.Combine(folder, "packed-refs"), absent, breaksFsck: true);

        // The tips are there and what they need is not.
        var tree = Path.Combine(folder, "objects", "pack");
        var first = Directory.GetFiles(tree, "*.idx").MinBy(File.GetLastWriteTimeUtc)!;
        File.Move(first, first + ".away");
        Assert.Contains(FaultOracle.Judge(await run.GatherAsync(null), Age), static v => v.StartsWith("O2: ", StringComparison.Ordinal));
        File.Move(first + ".away", first);
        Assert.Empty(FaultOracle.Judge(await run.GatherAsync(null), TimeSpan.Zero));
    }

    private static IEnumerable<string> Forged(string[] lines)
    {
        foreach (var line in lines[^2..])
        {
            var json = line[9..];
            var number = System.Text.RegularExpressions.Regex.Match(json, "\"sequence\":(\\d+)").Groups[1].Value;
            var next = (int.Parse(number, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
            var forged = json.Replace($"\"sequence\":{number}", $"\"sequence\":{next}", StringComparison.Ordinal);
            yield return $"{Journal.Checksum(Encoding.UTF8.GetBytes(forged))} {forged}\n";
        }
    }

    private static void Violates(string violation, Evidence evidence) => Assert.Contains(
        FaultOracle.Judge(evidence, Age), v => v.Contains(violation, StringComparison.Ordinal));

    private static async Task ViolatesAsync(string violation, FaultRun run, string path, string content, bool breaksFsck = false)
    {
        var before = File.Exists(path) ? File.ReadAllBytes(path) : null;
        try
        {
            File.WriteAllText(path, content);
            var violations = FaultOracle.Judge(await run.GatherFromVolumeAsync(), TimeSpan.Zero);
            Assert.Contains(violations, v => v.Contains(violation, StringComparison.Ordinal));
            if (breaksFsck) Assert.Contains(violations, static v => v.StartsWith("O2: git fsck", StringComparison.Ordinal));
        }
        finally
        {
            if (before is null) File.Delete(path);
            else File.WriteAllBytes(path, before);
        }
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> With(
        IReadOnlyDictionary<string, string> view, (string Ref, string Value) change) =>
        new() { ["a good silo"] = view, ["the stale silo"] = new Dictionary<string, string>(view) { [change.Ref] = change.Value } };
}
