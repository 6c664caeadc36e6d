using System.Globalization;

namespace Granary.Grains.Repositories.Policy;

/// <summary>Numbers of bytes as people say them.</summary>
internal static class ByteCount
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    public static string Text(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 1024 && unit < Units.Length - 1; unit++) size /= 1024;
        return unit == 0 ? $"{bytes} {Units[0]}" : string.Create(CultureInfo.InvariantCulture, $"{size:0.##} {Units[unit]}");
    }
}
