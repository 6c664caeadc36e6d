using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Granary.Silo.Cli;

/// <summary>Prints results: for people, or as JSON in the names of the API.</summary>
internal sealed class Output(TextWriter writer, bool json)
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Time(Timestamp? time) =>
        time?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "never";

    public bool IsJson => json;

    public static string YesNo(bool value) => value ? "yes" : "no";

    /// <summary>Something was done: one line.</summary>
    public void Done(IMessage result, string sentence) => writer.WriteLine(json ? Formatter.Format(result) : TerminalText.Clean(sentence));

    /// <summary>One thing with its properties.</summary>
    public void Show(IMessage result, params (string Name, string Value)[] properties)
    {
        if (json)
        {
            writer.WriteLine(Formatter.Format(result));
            return;
        }

        var width = properties.Max(property => property.Name.Length) + 2;
        foreach (var (name, value) in properties) writer.WriteLine((name + ":").PadRight(width) + TerminalText.Clean(value));
    }

    /// <summary>A table, or a JSON array.</summary>
    public void List<T>(IReadOnlyList<T> items, string[] header, Func<T, string[]> row)
        where T : IMessage
    {
        if (json)
        {
            writer.WriteLine(items.Count == 0 ? "[]" : $"[\n{string.Join(",\n", items.Select(item => Formatter.Format(item)))}\n]");
            return;
        }

        Table(items, header, row);
    }

    /// <summary>A table, or a JSON array with the names of the columns: of what is no message of the API.</summary>
    public void Records<T>(string[] header, IReadOnlyList<T> items, Func<T, string[]> row)
    {
        if (json)
        {
            var records = items.Select(item => header.Zip(row(item)).ToDictionary(static c => c.First.ToLowerInvariant(), static c => c.Second));
            writer.WriteLine(JsonSerializer.Serialize(records, Indented));
            return;
        }

        Table(items, header, row);
    }

    /// <summary>A table for people, of whatever is no message of the API.</summary>
    public void Table<T>(IReadOnlyList<T> items, string[] header, Func<T, string[]> row)
    {
        string[][] rows = [header, .. items.Select(item => row(item).Select(TerminalText.Clean).ToArray())];
        var widths = header.Select((_, column) => rows.Max(cells => cells[column].Length)).ToArray();
        foreach (var cells in rows) writer.WriteLine(string.Join("  ", cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
