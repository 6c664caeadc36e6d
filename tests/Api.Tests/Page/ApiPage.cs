namespace Granary.Api.Tests.Page;

/// <summary>docs/api.md.</summary>
internal static class ApiPage
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Root, "docs", "api.md"));

    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "Orleans.sln"))) folder = folder.Parent;
            return folder.FullName;
        }
    }

    /// <summary>The rows of the table with these columns.</summary>
    public static IEnumerable<string> RowsBelow(string columns) =>
        Lines.SkipWhile(line => line != columns).Skip(2).TakeWhile(static line => line.StartsWith('|'));

    /// <summary>The one example in this language.</summary>
    public static IReadOnlyList<string> Example(string language) =>
        [.. Lines.SkipWhile(line => line != "```" + language).Skip(1).TakeWhile(static line => line != "```")];
}
