using Orleans.Streams;
using Orleans.Streams.Core;

namespace Granary.Streams.Node;

[Alias("granary.tests.IWritingGrain"), GrainInterfaceType("granary.tests.writing")]
public interface IWritingGrain : IGrainWithStringKey;

/// <summary>Writes down what it gets, a line an event, in the file that the process was given.</summary>
[GrainType("granary.tests.writing"), ImplicitStreamSubscription(Program.Namespace)]
public sealed class WritingGrain : Grain, IWritingGrain, IStreamSubscriptionObserver
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<NodeEvent>().ResumeAsync((item, _) =>
        {
            Program.Write($"{item.Stream} {item.Number}");
            return Task.CompletedTask;
        });
}
