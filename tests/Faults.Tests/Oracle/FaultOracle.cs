using Granary.Reliability.Tests.History;

namespace Granary.Faults.Tests.Oracle;

/// <summary>The promises O1 to O8 that must hold after every fault; each violation is a sentence that begins with its number.</summary>
internal static class FaultOracle
{
    private const long MemorySlack = 400 << 20;
    private const int HandleSlack = 60;

    public static TimeSpan RetryDeadline { get; } = TimeSpan.FromSeconds(30);

    public static TimeSpan ClientDeadline { get; } = TimeSpan.FromSeconds(60);

    /// <param name="evidence">What is to be judged.</param>
    /// <param name="allowedAge">How old leftovers may be that nobody holds any more.</param>
    public static IReadOnlyList<string> Judge(Evidence evidence, TimeSpan allowedAge) =>
    [
        .. Acknowledged(evidence), .. Objects(evidence), .. Retried(evidence),
        .. evidence.Leftovers.Where(l => l.Age > allowedAge && !IsCursorInTheMaking(l)).Select(static l => $"O4: {l.Path} is {l.Age.TotalSeconds:0} s old"),
        .. Events(evidence), .. Resources(evidence),
        .. evidence.LongestWait > ClientDeadline ? [$"O7: a client waited for {evidence.LongestWait.TotalSeconds:0} s"] : Array.Empty<string>(),
        .. evidence.Rights != evidence.RightsBefore ? [$"O8: rights are {evidence.Rights} and were {evidence.RightsBefore}"] : Array.Empty<string>(),
    ];

    /// <summary>The outbox replaces its cursor whenever it delivers, in its own time and not the push's.</summary>
    private static bool IsCursorInTheMaking(Leftover leftover) =>
        leftover.Path.StartsWith("granary/delivered.", StringComparison.Ordinal) && leftover.Age < ClientDeadline;

    /// <summary>Every acknowledged value is in the chain that leads to the present one, atomic pushes whole, from wherever one looks.</summary>
    private static IEnumerable<string> Acknowledged(Evidence evidence) => evidence.Views
        .SelectMany(view => HistoryChecker.Check(evidence.Log, view.Value).Select(v => $"O1: {view.Key}: {v}"));

    private static IEnumerable<string> Objects(Evidence evidence)
    {
        foreach (var tip in evidence.MissingTips) yield return $"O2: {tip} names an object that is not there";
        if (evidence.Fsck.Length > 0) yield return $"O2: git fsck: {evidence.Fsck}";
    }

    private static IEnumerable<string> Retried(Evidence evidence)
    {
        if (evidence.Retry is { IsOk: false }) yield return "O3: the push was refused when it was sent once more";
        if (evidence.Retry is { Time: var time } && time > RetryDeadline) yield return $"O3: the push took {time.TotalSeconds:0} s when it was sent once more";
    }

    private static IEnumerable<string> Events(Evidence evidence) =>
        evidence.Journal.Compare(HistoryChecker.Applied(evidence.Log, evidence.Views.Values.First())).Select(static f => $"O5: {f}");

    private static IEnumerable<string> Resources(Evidence evidence)
    {
        if (evidence.Usage is not { } now) yield break;
        if (now.Children > 0) yield return $"O6: {now.Children} git processes are left";
        if (evidence.UsageBefore is not { } before) yield break;
        if (now.Memory > before.Memory + MemorySlack) yield return $"O6: {now.Memory >> 20} MiB of memory, before {before.Memory >> 20}";
        if (now.Files > before.Files + HandleSlack) yield return $"O6: {now.Files} open files, before {before.Files}";
        if (now.Threads > before.Threads + HandleSlack) yield return $"O6: {now.Threads} threads, before {before.Threads}";
    }
}
