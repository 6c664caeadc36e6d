using System.Globalization;
using System.Runtime.InteropServices;

namespace Granary.Tests.Harness;

/// <summary>
/// The processes of one session (setsid): a server and every git it started, in whatever process groups. Read from /proc, so
/// that nothing is missed that the server itself lost sight of.
/// </summary>
public static partial class ServerProcesses
{
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;
    public const int SignalContinue = 18;
    public const int SignalStop = 19;

    /// <summary>Ids and names of the living processes of the session, its leader excepted.</summary>
    public static IReadOnlyList<(int Id, string Name)> ChildrenOf(int session) =>
        [.. Scan().Where(p => p.Session == session && p.Id != session).Select(static p => (p.Id, p.Name))];

    /// <summary>Kills whatever lives in the session.</summary>
    public static void KillSession(int session)
    {
        foreach (var process in Scan().Where(p => p.Session == session)) Signal(process.Id, SignalKill);
    }

    public static void Signal(int process, int signal) => _ = KillCall(process, signal);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCall(int process, int signal);

    private static IEnumerable<(int Id, int Session, string Name)> Scan()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            if (Read(id) is { } found) yield return found;
        }
    }

    /// <summary>proc(5): "pid (name) state ppid pgrp session …"; the name may hold blanks and parentheses.</summary>
    private static (int Id, int Session, string Name)? Read(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var end = text.LastIndexOf(')');
            var fields = text[(end + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null
                : (id, int.Parse(fields[3], CultureInfo.InvariantCulture), text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..end]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // It ended meanwhile.
        }
    }
}
