using System.Text.Json;

namespace Granary.Grains.Tests.Git;

/// <summary>The journal as a stranger reads it: JSON lines behind a checksum.</summary>
internal static class JournalLines
{
    public static IEnumerable<JsonElement> Read(string directory) => Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal)
        .SelectMany(File.ReadAllLines).Select(static l => JsonDocument.Parse(l[9..]).RootElement);

    public static IEnumerable<long> Intents(string directory) => Read(directory)
        .Where(static r => r.GetProperty("kind").GetString() == "intent").Select(static r => r.GetProperty("sequence").GetInt64());

    /// <summary>Sequence and fate, in order.</summary>
    public static IEnumerable<(long Sequence, bool Committed)> Closes(string directory) => Read(directory)
        .Where(static r => r.GetProperty("kind").GetString() == "close")
        .Select(static r => (r.GetProperty("sequence").GetInt64(), r.GetProperty("committed").GetBoolean()));
}
