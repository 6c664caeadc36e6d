using System.Diagnostics;
using System.Globalization;
using Granary.Reliability.Tests.Clients;
using Granary.Reliability.Tests.History;

namespace Granary.Reliability.Tests;

/// <summary>
/// Writers that push until the server dies: each to three refs of its own (one ref, three, atomic, with one ref refused),
/// all of them to one shared ref; one more is real git. Everything is written down.
/// </summary>
internal sealed class PushLoad(TestRepository repository, HistoryLog log, int seed)
{
    private const int Writers = 5;
    private const string Shared = "refs/heads/shared";

    private static int _count;

    private readonly List<Task> _running = [];
    private volatile bool _stopped;

    /// <param name="refs">The refs as they are now.</param>
    public void Start(IReadOnlyDictionary<string, string> refs)
    {
        for (var i = 0; i < Writers; i++) _running.Add(WriteAsync(i, new Dictionary<string, string>(refs)));
        _running.Add(GitAsync(refs.GetValueOrDefault("refs/heads/git", Command.Zero)));
        _running.Add(LookAsync());
    }

    /// <summary>Waits for the writers to notice that the server is dead.</summary>
    public Task StopAsync()
    {
        _stopped = true;
        return Task.WhenAll(_running);
    }

    private async Task WriteAsync(int writer, Dictionary<string, string> refs)
    {
        var random = new Random((seed * 31) + writer);
        using var client = repository.Connect();
        string[] own = [.. "abc".Select(c => $"refs/heads/w{writer}/{c}")];
        while (!_stopped)
        {
            var (names, atomic, stale) = random.Next(6) switch
            {
                0 => (own[..1], false, false),
                1 => (own, false, false),
                2 => (own, true, false),
                3 => (own, false, true),
                4 => (own, true, true),
                _ => ([Shared], random.Next(2) == 0, false),
            };
            if (names[0] == Shared && await ReadSharedAsync(client) is { } value) refs[Shared] = value;
            if (!await PushAsync(client, names, refs, atomic, stale)) return;
        }
    }

    /// <returns>False when the answer was lost.</returns>
    private async Task<bool> PushAsync(RawClient client, string[] names, Dictionary<string, string> refs, bool atomic, bool stale)
    {
        var pack = new PackBuilder();
        var steps = new List<Step>();
        foreach (var name in names)
        {
            var old = refs.GetValueOrDefault(name, Command.Zero);
            var @new = pack.AddCommit(repository.Tree, old == Command.Zero ? repository.Base : old, NewMessage());

            // An old value that never was: refused whatever happens.
            steps.Add(new Step(name, stale && name == names[1] ? repository.Base : old, @new));
        }

        var operation = log.Invoke(atomic, steps);
        try
        {
            var report = await client.PushAsync([.. steps.Select(static s => new Command(s.Ref, s.Old, s.New))], pack.Build(), atomic);
            foreach (var step in steps)
            {
                step.Fate = FateOf(report, step);
                if (step.Fate == Fate.Ok) refs[step.Ref] = step.New;
            }

            operation.Complete();
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            return false;
        }
    }

    private static Fate FateOf(PushReport report, Step step)
    {
        if (report.Status != System.Net.HttpStatusCode.OK || report.Unpack != "ok") return Fate.Refused;
        if (!report.Refusals.TryGetValue(step.Ref, out var refusal)) return Fate.Ok;
        if (refusal.Contains("fetch to see whether it arrived", StringComparison.Ordinal)) return Fate.Unknown;
        return refusal.Contains("the ref has moved", StringComparison.Ordinal) ? Fate.Moved : Fate.Refused;
    }

    private static async Task<string?> ReadSharedAsync(RawClient client)
    {
        try
        {
            return (await client.LsRefsAsync(Shared)).GetValueOrDefault(Shared, Command.Zero);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            return null;
        }
    }

    private async Task GitAsync(string old)
    {
        const string Name = "refs/heads/git";
        var git = repository.Git.In("work");
        if ((await git.TryAsync("fetch", "-q", "origin")).ExitCode != 0) return;
        while (!_stopped)
        {
            var @new = await git.RunAsync(
                "commit-tree", "-p", old == Command.Zero ? repository.Base : old, "-m", NewMessage(), repository.Tree);
            var step = new Step(Name, old, @new);
            var operation = log.Invoke(false, step);
            var result = await git.TryAsync("push", "-q", "origin", $"{@new}:{Name}");

            // git tells failures apart only in words for its user.
            if (result.ExitCode != 0) return;
            step.Fate = Fate.Ok;
            operation.Complete();
            old = @new;
        }
    }

    private async Task LookAsync()
    {
        using var client = repository.Connect();
        try
        {
            while (!_stopped) await log.LookAsync(() => client.LsRefsAsync("refs/heads/"));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            Debug.WriteLine(exception.Message); // The server is dead.
        }
    }

    private static string NewMessage() => "change " + Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
}
