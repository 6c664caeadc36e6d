using System.Globalization;
using System.Text;
using Granary.Grains.Git;
using Granary.Grains.Posix;

namespace Granary.Grains.Outbox;

/// <summary>
/// How far each kind of job has been given a repository's events: a small file beside the journal, replaced by a durable
/// rename. One that is missing, or cannot be understood, stands for "nothing": events come twice then, with the same ids.
/// </summary>
internal static class DeliveredFile
{
    /// <summary>The last sequence per kind. A kind that the file does not name yet begins where the furthest is: it starts with what comes.</summary>
    public static Dictionary<string, long> Read(RepositoryPaths paths, IReadOnlyList<JobKind> kinds)
    {
        var found = Parse(paths);
        var newcomer = found.Count == 0 ? 0 : found.Values.Max();
        return kinds.ToDictionary(static k => k.Name, k => found.GetValueOrDefault(k.Name, newcomer));
    }

    public static void Write(RepositoryPaths paths, IReadOnlyDictionary<string, long> delivered)
    {
        var text = string.Concat(delivered.OrderBy(static d => d.Key, StringComparer.Ordinal)
            .Select(static d => string.Create(CultureInfo.InvariantCulture, $"{d.Key} {d.Value}\n")));
        DurableFiles.Replace(paths.Delivered, Encoding.ASCII.GetBytes(text));
    }

    /// <summary>What a crash between writing and renaming left.</summary>
    public static void Sweep(RepositoryPaths paths)
    {
        foreach (var leftover in Directory.EnumerateFiles(paths.Own, "delivered.*.tmp")) File.Delete(leftover);
    }

    private static Dictionary<string, long> Parse(RepositoryPaths paths)
    {
        var found = new Dictionary<string, long>();
        if (!File.Exists(paths.Delivered)) return found;
        foreach (var line in File.ReadAllLines(paths.Delivered))
        {
            var parts = line.Split(' ');
            if (parts.Length != 2 || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) return [];
            found[parts[0]] = sequence;
        }

        return found;
    }
}
