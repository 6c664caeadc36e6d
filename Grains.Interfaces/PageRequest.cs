namespace Granary;

/// <summary>One page of a sorted list.</summary>
/// <param name="Size">The most items to return, 1 to <see cref="MaxSize"/>.</param>
/// <param name="After">The sort key of the last item already seen; null for the first page.</param>
/// <param name="Prefix">Only items whose sort key starts with this; null for all.</param>
[GenerateSerializer, Immutable, Alias("granary.PageRequest")]
public sealed record PageRequest([property: Id(0)] int Size, [property: Id(1)] string? After, [property: Id(2)] string? Prefix = null)
{
    public const int DefaultSize = 50;
    public const int MaxSize = 1000;
}

/// <summary>Items in order, and the sort key to continue after; null when there are no more.</summary>
[GenerateSerializer, Immutable, Alias("granary.Page`1")]
public sealed record Page<T>([property: Id(0)] IReadOnlyList<T> Items, [property: Id(1)] string? NextAfter);
