using System.Globalization;
using System.Text;
using System.Text.Json;
using Granary.Reliability.Tests.Clients;

namespace Granary.Reliability.Tests.History;

/// <summary>What a repository's journal tells, read by docs/journal.md and not by the server's code.</summary>
internal sealed class Journal
{
    private readonly List<IReadOnlyList<Command>> _committed = [];
    private readonly List<string> _faults = [];

    /// <summary>The updates of each intent that came to pass, in order.</summary>
    public IReadOnlyList<IReadOnlyList<Command>> Committed => _committed;

    /// <summary>What no journal may hold.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public static Journal Read(string repository)
    {
        var journal = new Journal();
        var sequence = 0L;
        JsonElement? open = null;
        foreach (var segment in Directory.EnumerateFiles(Path.Combine(repository, "granary", "journal")).Order(StringComparer.Ordinal))
        {
            if (open is not null) journal._faults.Add("an intent is open at the end of a segment");
            foreach (var line in File.ReadLines(segment))
            {
                if (line.Length < 10 || Checksum(Encoding.UTF8.GetBytes(line[9..])) != line[..8])
                {
                    journal._faults.Add($"a torn line: {line}");
                    continue;
                }

                var record = JsonDocument.Parse(line[9..]).RootElement;
                journal.Take(record, ref sequence, ref open);
            }
        }

        if (open is not null) journal._faults.Add("the last intent is open");
        return journal;
    }

    /// <summary>Every push that came to pass has exactly one committed intent, and no other intent is committed.</summary>
    public IReadOnlyList<string> Compare(IReadOnlyList<Operation> applied)
    {
        var faults = new List<string>(_faults);
        var byValue = Committed.SelectMany(static c => c.Select(u => (Update: u, Intent: c))).ToLookup(static p => (p.Update.Ref, p.Update.New));
        foreach (var operation in applied)
        {
            var intents = operation.Steps.SelectMany(s => byValue[(s.Ref, s.New)]).Select(static p => p.Intent).Distinct().ToList();
            if (intents.Count != 1) faults.Add($"{operation.Steps[0].New} has {intents.Count} committed intents");
            else if (intents[0].Any(u => !operation.Steps.Any(s => s.Ref == u.Ref && s.Old == u.Old && s.New == u.New)))
                faults.Add($"{operation.Steps[0].New}: the intent is not the push");
        }

        if (Committed.Count != applied.Count) faults.Add($"{Committed.Count} committed intents for {applied.Count} pushes");
        return faults;
    }

    private void Take(JsonElement record, ref long sequence, ref JsonElement? open)
    {
        var number = record.GetProperty("sequence").GetInt64();
        switch (record.GetProperty("kind").GetString())
        {
            case "intent":
                if (open is not null) _faults.Add($"intent {number} was written while another was open");
                if (number != sequence + 1) _faults.Add($"intent {number} follows {sequence}");
                sequence = number;
                open = record;
                break;
            case "close":
                if (open is not { } intent || number != sequence) _faults.Add($"a close of {number} without its intent");
                else if (record.GetProperty("committed").GetBoolean()) _committed.Add([.. UpdatesOf(intent)]);
                open = null;
                break;
            case "void":
                break;
            default:
                _faults.Add($"an unknown record: {record}");
                break;
        }
    }

    private static IEnumerable<Command> UpdatesOf(JsonElement intent) => intent.GetProperty("updates").EnumerateArray().Select(static u =>
        new Command(u.GetProperty("ref").GetString()!, u.GetProperty("old").GetString()!, u.GetProperty("new").GetString()!));

    /// <summary>The CRC-32 of zip and PNG, bit by bit.</summary>
    public static string Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xffffffffu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
        }

        return (crc ^ 0xffffffffu).ToString("x8", CultureInfo.InvariantCulture);
    }
}
