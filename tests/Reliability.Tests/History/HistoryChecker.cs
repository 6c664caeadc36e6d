using Granary.Reliability.Tests.Clients;

namespace Granary.Reliability.Tests.History;

/// <summary>
/// Is there an order of the pushes, within the times their clients saw, that explains every answer and every look? Each ref
/// is a register with compare-and-swap whose values chain, so the only candidate is read backwards from the last value.
/// </summary>
internal sealed class HistoryChecker
{
    private readonly IReadOnlyList<Operation> _operations;
    private readonly IReadOnlyList<Look> _looks;
    private readonly IReadOnlyDictionary<string, string> _final;
    private readonly Dictionary<string, List<(Operation Operation, Step Step)>> _chains = [];

    /// <summary>Per ref: how many swaps led to a value.</summary>
    private readonly Dictionary<(string Ref, string Value), int> _positions = [];

    private readonly List<string> _violations = [];

    private HistoryChecker(HistoryLog log, IReadOnlyDictionary<string, string> final)
    {
        _operations = log.Operations;
        _looks = log.Looks;
        _final = final;
    }

    /// <summary>Everything that cannot be explained; all refs began as missing.</summary>
    /// <param name="log">What clients saw.</param>
    /// <param name="final">The refs at the end.</param>
    public static IReadOnlyList<string> Check(HistoryLog log, IReadOnlyDictionary<string, string> final) => Run(log, final)._violations;

    /// <summary>The pushes that came to pass in any of their refs.</summary>
    public static IReadOnlyList<Operation> Applied(HistoryLog log, IReadOnlyDictionary<string, string> final)
    {
        var checker = Run(log, final);
        return [.. checker._operations.Where(o => o.Steps.Any(checker.IsApplied))];
    }

    private static HistoryChecker Run(HistoryLog log, IReadOnlyDictionary<string, string> final)
    {
        var checker = new HistoryChecker(log, final);
        foreach (var name in checker._operations.SelectMany(static o => o.Steps).Select(static s => s.Ref).Distinct()) checker.Chain(name);
        foreach (var (name, chain) in checker._chains) checker.CheckOrder(name, chain);
        foreach (var operation in checker._operations) checker.CheckAnswer(operation);
        foreach (var name in checker._chains.Keys) checker.CheckLooks(name);
        checker.CheckTorn();
        return checker;
    }

    private bool IsApplied(Step step) =>
        _positions.TryGetValue((step.Ref, step.New), out var position) && position > 0 && _chains[step.Ref][position - 1].Step == step;

    private void Chain(string name)
    {
        var byNew = new Dictionary<string, (Operation, Step)>();
        foreach (var operation in _operations)
        {
            foreach (var step in operation.Steps.Where(s => s.Ref == name)) byNew.Add(step.New, (operation, step));
        }

        var chain = new List<(Operation Operation, Step Step)>();
        for (var value = _final.GetValueOrDefault(name, Command.Zero); value != Command.Zero;)
        {
            if (!byNew.Remove(value, out var found))
            {
                _violations.Add($"{name}: {value} was pushed by nobody, or twice in the chain");
                break;
            }

            chain.Add(found);
            value = chain[^1].Step.Old;
        }

        chain.Reverse();
        _chains[name] = chain;
        _positions[(name, Command.Zero)] = 0;
        for (var i = 0; i < chain.Count; i++) _positions[(name, chain[i].Step.New)] = i + 1;
    }

    /// <summary>A push cannot come after one that began when it had ended.</summary>
    private void CheckOrder(string name, List<(Operation Operation, Step Step)> chain)
    {
        var latest = long.MinValue;
        foreach (var (operation, step) in chain)
        {
            if (operation.Completed < latest) _violations.Add($"{name}: {step.New} is later than a push that began after it had ended");
            latest = Math.Max(latest, operation.Invoked);
        }
    }

    private void CheckAnswer(Operation operation)
    {
        foreach (var step in operation.Steps)
        {
            var applied = IsApplied(step);
            if (step.Fate == Fate.Ok && !applied) _violations.Add($"{step.Ref}: {step.New} was acknowledged and is lost");
            if (step.Fate is Fate.Moved or Fate.Refused && applied) _violations.Add($"{step.Ref}: {step.New} was refused and is there");
            if (step.Fate == Fate.Moved && HeldThroughout(operation, step)) _violations.Add($"{step.Ref}: {step.New} was refused though {step.Old} held all the while");
        }

        // A ref that never had the old value is refused alone when the push is not atomic.
        var taking = operation.Steps.Where(s => s.Fate is Fate.Ok or Fate.Unknown && _positions.ContainsKey((s.Ref, s.Old)))
            .Select(IsApplied).Distinct().Count();
        if (taking > 1) _violations.Add($"{operation.Steps[0].Ref}: a push of {operation.Steps.Count} refs came to pass in part");
        if (operation.Atomic && operation.Steps.Select(IsApplied).Distinct().Count() > 1)
            _violations.Add($"{operation.Steps[0].Ref}: an atomic push came to pass in part");
    }

    private bool HeldThroughout(Operation operation, Step step)
    {
        if (!_positions.TryGetValue((step.Ref, step.Old), out var position)) return false;
        var chain = _chains[step.Ref];
        var heldBefore = position == 0 || chain[position - 1].Operation.Completed < operation.Invoked;
        return heldBefore && (position == chain.Count || chain[position].Operation.Invoked > operation.Completed);
    }

    /// <summary>A look shows nothing older than what was acknowledged, or seen, before it began, and nothing of the future.</summary>
    private void CheckLooks(string name)
    {
        var chain = _chains[name];
        var known = chain.Select((c, i) => (At: c.Operation.Completed, Position: i + 1)).ToList();
        foreach (var look in _looks)
        {
            if (!_positions.TryGetValue((name, ValueIn(look, name)), out var position))
                _violations.Add($"{name}: {ValueIn(look, name)} was seen and never was");
            else if (position > 0 && chain[position - 1].Operation.Invoked > look.Completed)
                _violations.Add($"{name}: {ValueIn(look, name)} was seen before it was pushed");
            else known.Add((look.Completed, position));
        }

        known.Sort();
        var next = 0;
        var floor = 0;
        foreach (var look in _looks.OrderBy(static l => l.Invoked))
        {
            for (; next < known.Count && known[next].At < look.Invoked; next++) floor = Math.Max(floor, known[next].Position);
            if (_positions.GetValueOrDefault((name, ValueIn(look, name)), int.MaxValue) < floor)
                _violations.Add($"{name}: {ValueIn(look, name)} was seen after a later value was acknowledged or seen");
        }
    }

    /// <summary>The refs of one push move at one moment. Numbers only within the loops: a long run has millions of pairs.</summary>
    private void CheckTorn()
    {
        var names = _chains.Keys.ToArray();
        var numbers = names.Select(static (n, i) => (n, i)).ToDictionary(static p => p.n, static p => p.i);
        var pushes = _operations.Where(static o => o.Steps.Count > 1)
            .Select(o => o.Steps.Where(IsApplied).Select(s => (Ref: numbers[s.Ref], Position: _positions[(s.Ref, s.New)])).ToArray())
            .Where(static steps => steps.Length > 1).ToArray();
        foreach (var look in _looks)
        {
            var seen = Array.ConvertAll(names, n => _positions.GetValueOrDefault((n, ValueIn(look, n)), -1));
            foreach (var steps in pushes)
            {
                var moved = steps.Count(s => seen[s.Ref] >= s.Position);
                if (moved > 0 && moved < steps.Length) _violations.Add($"{names[steps[0].Ref]}: a look showed a push of {steps.Length} refs in part");
            }
        }
    }

    private static string ValueIn(Look look, string name) => look.Refs.GetValueOrDefault(name, Command.Zero);
}
