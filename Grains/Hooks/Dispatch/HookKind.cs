using Granary.Grains.Outbox;

namespace Granary.Grains.Hooks.Dispatch;

/// <summary>A kind of job with workers.</summary>
/// <param name="Name">As <see cref="JobKind.Name"/>.</param>
/// <param name="Section">Its part of the configuration, below <c>Granary:Hooks</c>.</param>
/// <param name="WorkerType">The grain type of its workers.</param>
/// <param name="DefaultMaxLocalWorkers">The most jobs at once on a silo where the configuration names no number.</param>
internal sealed record HookKind(string Name, string Section, string WorkerType, int DefaultMaxLocalWorkers)
{
    public string SettingsPath => $"Granary:Hooks:{Section}";
}
