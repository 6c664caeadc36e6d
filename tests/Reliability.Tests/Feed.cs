using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>The activity feed of a test repository.</summary>
internal static class Feed
{
    /// <summary>All pages, the newest push first.</summary>
    public static async Task<List<JsonElement>> ReadAsync(GranaryServer server, string repository = "repo")
    {
        var all = new List<JsonElement>();
        var token = "";
        do
        {
            var page = await server.Admin.GetAsync($"projects/CHAOS/repositories/{repository}/activity?pageSize=40&pageToken={token}");
            all.AddRange(page.GetProperty("activity").EnumerateArray());
            token = page.GetProperty("nextPageToken").GetString()!;
        }
        while (token.Length > 0);
        return all;
    }

    public static IEnumerable<(string Ref, string Old, string New)> Changes(JsonElement entry) =>
    [
        .. entry.GetProperty("changes").EnumerateArray().Select(static c =>
            (c.GetProperty("ref").GetString()!, c.GetProperty("before").GetString()!, c.GetProperty("after").GetString()!)),
    ];
}
