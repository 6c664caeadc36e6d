using System.Diagnostics.Metrics;

namespace Granary.Frontends.Ssh.Git;

/// <summary>What is measured of commands over SSH.</summary>
internal static class SshGitInstruments
{
    private static readonly Meter Meter = new("Granary.Ssh.Git");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "granary.ssh.command.duration", "s", "Time of commands over SSH with the client's own, by command and exit status (-1: the client went away).");

    /// <param name="command">The command, one of a few words.</param>
    /// <param name="status">The exit status; -1 when the client went away.</param>
    /// <param name="elapsed">From its start to its end.</param>
    public static void Ran(string command, int status, TimeSpan elapsed) => Duration.Record(
        elapsed.TotalSeconds, new KeyValuePair<string, object?>("command", command), new KeyValuePair<string, object?>("status", status));
}
