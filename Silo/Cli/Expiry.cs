using System.CommandLine.Parsing;
using System.Globalization;

namespace Granary.Silo.Cli;

/// <summary>When a token ends: after a time (<c>30d</c>, <c>12h</c>, <c>4w</c>) or at the end of a day (<c>2030-12-31</c>, UTC).</summary>
internal sealed record Expiry(TimeSpan? After, DateOnly? Day)
{
    private const int MaxDays = 36500;

    public static Expiry? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return new Expiry(null, day);
        if (text.Length > 1
            && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and <= MaxDays)
        {
            switch (text[^1])
            {
                case 'h': return new Expiry(TimeSpan.FromHours(count), null);
                case 'd': return new Expiry(TimeSpan.FromDays(count), null);
                case 'w' when count <= MaxDays / 7: return new Expiry(TimeSpan.FromDays(7 * count), null);
            }
        }

        result.AddError($"'{text}' is not a time; write for example 12h, 30d, 4w or 2030-12-31.");
        return null;
    }

    public DateTimeOffset From(DateTimeOffset now) =>
        After is { } after ? now + after : new DateTimeOffset(Day!.Value.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
}
