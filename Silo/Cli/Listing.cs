namespace Granary.Silo.Cli;

internal static class Listing
{
    public const int PageSize = 500;

    /// <summary>All items, page after page.</summary>
    /// <param name="readPage">Answers a page token with a page and the token of the next, empty after the last.</param>
    public static async Task<IReadOnlyList<T>> AllAsync<T>(Func<string, Task<(IEnumerable<T> Items, string Next)>> readPage)
    {
        var all = new List<T>();
        var token = "";
        do
        {
            (var items, token) = await readPage(token);
            all.AddRange(items);
        }
        while (token.Length > 0);
        return all;
    }
}
