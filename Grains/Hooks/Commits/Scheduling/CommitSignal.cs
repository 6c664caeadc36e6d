using Granary.Grains.Hooks.Dispatch;

namespace Granary.Grains.Hooks.Commits.Scheduling;

/// <summary>Wakes this silo's <see cref="CommitScanner"/>.</summary>
internal sealed class CommitSignal : DueSignal;
