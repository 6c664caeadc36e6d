using System.Globalization;
using System.Text;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>
/// What filters of partial clones are served, git-rev-list(1) "--filter": by size, by depth up to a limit, by type, and combinations of
/// these. Not <c>sparse:oid</c>, which compares every path of the history with patterns that the client chose.
/// </summary>
internal sealed class FetchFilter(GitProtocolOptions options)
{
    /// <summary>Combinations in combinations, which nobody needs; git would go as deep as it is told.</summary>
    private const int MaxDepth = 3;

    private int _parts;

    /// <summary>Null when the filter is served; what git then makes of its digits is its own.</summary>
    public string? FindFault(ReadOnlySpan<byte> filter)
    {
        if (filter.Length > options.MaxFilterLength) return $"the filter is longer than {options.MaxFilterLength} bytes";
        return FindFault(Encoding.UTF8.GetString(filter), 0);
    }

    private string? FindFault(string filter, int depth)
    {
        if (filter.StartsWith("combine:", StringComparison.Ordinal)) return FindFaultOfParts(filter["combine:".Length..], depth);
        if (++_parts > options.MaxFilterParts) return $"the filter has more than {options.MaxFilterParts} parts";
        if (filter == "blob:none" || filter.StartsWith("blob:limit=", StringComparison.Ordinal)) return null;
        if (filter.StartsWith("object:type=", StringComparison.Ordinal)) return null;
        if (!filter.StartsWith("tree:", StringComparison.Ordinal)) return $"filter '{Kind(filter)}' is not supported";
        var digits = filter["tree:".Length..];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var trees)
            && trees <= options.MaxTreeFilterDepth
                ? null
                : $"filter 'tree' is served up to depth {options.MaxTreeFilterDepth}";
    }

    private string? FindFaultOfParts(string parts, int depth)
    {
        if (depth >= MaxDepth) return "the filter's combinations are nested too deeply";
        foreach (var part in parts.Split('+'))
        {
            if (FindFault(Uri.UnescapeDataString(part), depth + 1) is { } fault) return fault;
        }

        return null;
    }

    private static string Kind(string filter)
    {
        var end = filter.AsSpan().IndexOfAny('=', '/');
        var kind = end < 0 ? filter : filter[..end];
        return new string([.. kind.Take(40).Select(static c => char.IsControl(c) ? '?' : c)]);
    }
}
