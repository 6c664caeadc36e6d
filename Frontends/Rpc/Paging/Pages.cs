namespace Granary.Frontends.Rpc.Paging;

/// <summary>Reads the paging fields of list requests.</summary>
internal static class Pages
{
    /// <param name="size">0: the default; more than the most: the most.</param>
    /// <param name="token">Of the page before, or empty.</param>
    /// <param name="prefix">As typed, or empty.</param>
    public static PageRequest Request(int size, string token, string prefix = "")
    {
        if (size < 0) throw Arguments.Invalid("A page size may not be negative.", "page_size");
        if (!PageToken.TryDecode(token, out var after))
            throw Arguments.Invalid("This page token is not one that the server gave; begin again with an empty one.", "page_token");
        return new PageRequest(
            size == 0 ? PageRequest.DefaultSize : Math.Min(size, PageRequest.MaxSize),
            after,
            prefix.Length == 0 ? null : NameRules.Fold(prefix));
    }

    /// <summary>Looks each item up, so many at a time, keeps their order, and leaves out those that are not there.</summary>
    public static async Task<IReadOnlyList<TResult>> LookUpAsync<T, TResult>(
        IReadOnlyList<T> items, int parallelism, Func<T, Task<TResult?>> lookUp, CancellationToken cancellationToken)
        where TResult : class
    {
        var results = new TResult?[items.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, items.Count, options, async (index, _) => results[index] = await lookUp(items[index]));
        return [.. results.OfType<TResult>()];
    }
}
