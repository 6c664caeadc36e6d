using System.Globalization;
using Microsoft.Extensions.Options;
using Orleans.Metadata;

namespace Granary.Grains.Hooks.Dispatch;

/// <summary>
/// Sets Orleans' own bound of a kind's stateless workers from the configuration. Registered after the provider that reads the
/// attributes, so that this number holds.
/// </summary>
internal sealed class WorkerLimits(IEnumerable<HookKind> kinds, IOptionsMonitor<HookKindOptions> options) : IGrainPropertiesProvider
{
    /// <summary>Read by the placement of stateless workers.</summary>
    private const string MaxLocalInstances = "max-local-instances";

    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        if (kinds.FirstOrDefault(k => k.WorkerType == grainType.ToString()) is not { } kind) return;
        properties[MaxLocalInstances] = options.Get(kind.Name).MaxLocalWorkers.ToString(CultureInfo.InvariantCulture);
    }
}
