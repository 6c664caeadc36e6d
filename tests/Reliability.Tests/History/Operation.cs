using System.Diagnostics;

namespace Granary.Reliability.Tests.History;

internal enum Fate
{
    /// <summary>No answer came: it happened or did not, but not after <see cref="Operation.Completed"/>.</summary>
    Unknown,
    Ok,

    /// <summary>Refused because the ref did not have the old value.</summary>
    Moved,

    /// <summary>Refused for another reason.</summary>
    Refused,
}

/// <summary>A compare-and-swap of one ref.</summary>
internal sealed record Step(string Ref, string Old, string New)
{
    public Fate Fate { get; set; }
}

/// <summary>One push as its client saw it. Every new value of a history is used once, so that a value names its push.</summary>
internal sealed record Operation(IReadOnlyList<Step> Steps, bool Atomic)
{
    public long Invoked { get; } = Stopwatch.GetTimestamp();

    public long Completed { get; private set; } = long.MaxValue;

    public bool IsUnknown => Steps.Any(static s => s.Fate == Fate.Unknown);

    public void Complete() => Completed = Stopwatch.GetTimestamp();

    /// <summary>The server is dead: from now on it cannot happen any more.</summary>
    public void End(long at)
    {
        if (IsUnknown) Completed = at;
    }
}

/// <summary>One look at refs: a missing one has the zero value.</summary>
internal sealed record Look(long Invoked, long Completed, IReadOnlyDictionary<string, string> Refs);

/// <summary>What clients did, from many of them at once.</summary>
internal sealed class HistoryLog
{
    private readonly Lock _gate = new();
    private readonly List<Operation> _operations = [];
    private readonly List<Look> _looks = [];

    public IReadOnlyList<Operation> Operations
    {
        get
        {
            lock (_gate) return [.. _operations];
        }
    }

    public IReadOnlyList<Look> Looks
    {
        get
        {
            lock (_gate) return [.. _looks];
        }
    }

    /// <summary>How many pushes were acknowledged in any of their refs.</summary>
    public int Acknowledged => Operations.Count(static o => o.Steps.Any(static s => s.Fate == Fate.Ok));

    public Operation Invoke(bool atomic, params IReadOnlyList<Step> steps)
    {
        lock (_gate)
        {
            var operation = new Operation(steps, atomic);
            _operations.Add(operation);
            return operation;
        }
    }

    public async Task<IReadOnlyDictionary<string, string>> LookAsync(Func<Task<IReadOnlyDictionary<string, string>>> read)
    {
        var invoked = Stopwatch.GetTimestamp();
        var refs = await read();
        lock (_gate) _looks.Add(new Look(invoked, Stopwatch.GetTimestamp(), refs));
        return refs;
    }
}
