using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Granary.Tests.Harness;

/// <param name="Name">As it is served, of a histogram with its <c>_bucket</c>, <c>_sum</c> or <c>_count</c>.</param>
/// <param name="Tags">Without the name of the meter.</param>
/// <param name="Value">Now.</param>
public sealed record Series(string Name, ImmutableSortedDictionary<string, string> Tags, double Value)
{
    public override string ToString() => $"{Name}{{{string.Join(',', Tags.Select(static t => $"{t.Key}={t.Value}"))}}}";
}

/// <summary>What <c>/metrics</c> said at one time.</summary>
public sealed partial class Metrics
{
    private static readonly string[] Ignored = ["otel_scope_name", "otel_scope_version", "le"];

    private Metrics(string text)
    {
        var lines = text.Split('\n');
        Types = lines.Where(static l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(static l => l.Split(' '))
            .ToDictionary(static w => w[2], static w => w[3], StringComparer.Ordinal);
        All = [.. lines.Where(static l => l.Length > 0 && l[0] != '#').Select(Parse)];
    }

    /// <summary>The kind of each metric, by the name that is served.</summary>
    public IReadOnlyDictionary<string, string> Types { get; }

    public IReadOnlyList<Series> All { get; }

    public static async Task<Metrics> OfAsync(GranaryServer server) => new(await server.Admin.Client.GetStringAsync(new Uri("metrics", UriKind.Relative)));

    /// <summary>The sum of the series that have all of the tags; 0 when there are none.</summary>
    public double Sum(string name, params (string Key, string Value)[] tags) => All
        .Where(s => s.Name == name && tags.All(t => s.Tags.GetValueOrDefault(t.Key) == t.Value)).Sum(static s => s.Value);

    /// <summary>Waits until they say so: what is served may be a moment old.</summary>
    public static Task UntilAsync(GranaryServer server, string what, Func<Metrics, bool> condition) =>
        Until.HoldsAsync(what, async () => condition(await OfAsync(server)));

    private static Series Parse(string line)
    {
        var match = Line().Match(line);
        var tags = Tag().Matches(match.Groups["tags"].Value).Where(static t => !Ignored.Contains(t.Groups["key"].Value))
            .ToImmutableSortedDictionary(static t => t.Groups["key"].Value, static t => t.Groups["value"].Value, StringComparer.Ordinal);
        return new Series(match.Groups["name"].Value, tags, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""^(?<name>[^{ ]+)(\{(?<tags>.*)\})? (?<value>[^ ]+)""")]
    private static partial Regex Line();

    [GeneratedRegex(@"(?<key>\w+)=""(?<value>([^""\\]|\\.)*)""")]
    private static partial Regex Tag();
}
