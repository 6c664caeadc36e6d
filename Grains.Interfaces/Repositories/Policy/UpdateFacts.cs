namespace Granary.Repositories.Policy;

/// <summary>
/// What the objects of one update say to questions that the rules asked while they were in quarantine. The rules that hold in the
/// turn decide; one that asks what has no answer here came later, and refuses the update until it is pushed again.
/// </summary>
/// <param name="IsFastForward">Whether the old value given is an ancestor of the new one; null: nobody asked.</param>
/// <param name="Commits">Answers to <see cref="CommitRule"/>s.</param>
/// <param name="LargestObject">Of the whole push, in bytes, unpacked.</param>
[GenerateSerializer, Immutable, Alias("granary.UpdateFacts")]
public sealed record UpdateFacts(
    [property: Id(0)] bool? IsFastForward,
    [property: Id(1)] IReadOnlyList<CommitVerdict> Commits,
    [property: Id(2)] long LargestObject);

/// <param name="Rule">What was asked.</param>
/// <param name="Fault">What is wrong with which commit, a part of a sentence; null: all new commits are as the rule wants them.</param>
[GenerateSerializer, Immutable, Alias("granary.CommitVerdict")]
public sealed record CommitVerdict([property: Id(0)] CommitRule Rule, [property: Id(1)] string? Fault);
