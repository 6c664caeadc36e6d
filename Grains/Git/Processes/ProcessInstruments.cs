using System.Diagnostics.Metrics;
using Granary.Git;

namespace Granary.Grains.Git.Processes;

/// <summary>What is measured of git processes, and of the queue for the heavy ones.</summary>
internal static class ProcessInstruments
{
    /// <summary>Too many wait for a place.</summary>
    public const string QueueFull = "queue-full";

    /// <summary>No place came free in time.</summary>
    public const string WaitedTooLong = "waited-too-long";

    /// <summary>Too many pushes or dialogues are under way.</summary>
    public const string Crowded = "crowded";

    private static readonly Meter Meter = new("Granary.Git");

    private static readonly UpDownCounter<long> Places = Meter.CreateUpDownCounter<long>(
        "granary.git.places", "{place}", "Places among the heavy git processes, by kind of work and state.");

    private static readonly UpDownCounter<long> Queue = Meter.CreateUpDownCounter<long>("granary.git.queue", "{request}", "Requests that wait for a place.");

    private static readonly Histogram<double> Wait = Meter.CreateHistogram<double>(
        "granary.git.wait.duration", "s", "Time that requests waited for a place, of those that had to.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "granary.git.refusals", "{request}", "Requests that were told to try again, for want of a place.");

    private static readonly UpDownCounter<long> Processes = Meter.CreateUpDownCounter<long>("granary.git.processes", "{process}", "Running git processes.");

    private static readonly Counter<long> Exits = Meter.CreateCounter<long>("granary.git.exits", "{process}", "git processes that ended, by how.");

    private static readonly KeyValuePair<string, object?>[] Kinds = [new("kind", "fetch"), new("kind", "push"), new("kind", "archive")];

    public static void Working(GitWork work, int change) => Places.Add(change, Kinds[(int)work], new("state", "working"));

    /// <summary>git stands still because its client is slow.</summary>
    public static void Paused(GitWork work, int change) => Places.Add(change, Kinds[(int)work], new("state", "paused"));

    public static void Waiting(GitWork work, int change) => Queue.Add(change, Kinds[(int)work]);

    public static void Waited(GitWork work, TimeSpan time) => Wait.Record(time.TotalSeconds, Kinds[(int)work]);

    public static void Refused(GitWork work, string reason) => Refusals.Add(1, Kinds[(int)work], new("reason", reason));

    /// <param name="command">git's subcommand, one of those in this program.</param>
    public static void Started(string command) => Processes.Add(1, new KeyValuePair<string, object?>("command", command));

    public static void Ended(string command, int exitCode)
    {
        Processes.Add(-1, new KeyValuePair<string, object?>("command", command));
        var outcome = exitCode switch { 0 => "ok", 128 + 9 => "killed", _ => "failed" };
        Exits.Add(1, new KeyValuePair<string, object?>("command", command), new("outcome", outcome));
    }
}
