using Orleans.Streams;
using Orleans.Streams.Core;

namespace Granary.Streams.Tests.Conformance;

[Alias("granary.tests.IProbeGrain"), GrainInterfaceType("granary.tests.probe")]
public interface IProbeGrain : IGrainWithStringKey;

[GrainType("granary.tests.probe"), ImplicitStreamSubscription(StreamProviderConformance.Namespace)]
public sealed class ProbeGrain : Grain, IProbeGrain, IStreamSubscriptionObserver
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<ProbeEvent>().ResumeAsync(static (item, _) => Probe.TakeAsync(item));
}
