namespace Granary.Streams.Delivery;

/// <summary>
/// Notes on a message what its delivery threw: the pulling agent tells the cache that a delivery failed, but not why, and a
/// dead letter without a reason helps nobody.
/// </summary>
internal sealed class DeliveryFaults : IOutgoingGrainCallFilter
{
    /// <summary>Where a delivery has its batch: after the subscription and the stream.</summary>
    private const int BatchArgument = 2;

    public Task Invoke(IOutgoingGrainCallContext context) =>
        context.Request.GetArgumentCount() > BatchArgument && context.Request.GetArgument(BatchArgument) is ICachedBatch batch
            ? DeliverAsync(context, batch)
            : context.Invoke();

    private static async Task DeliverAsync(IOutgoingGrainCallContext context, ICachedBatch batch)
    {
        try
        {
            await context.Invoke();
            if (context.Response?.Exception is { } answered) batch.Fault = answered;
        }
        catch (Exception fault)
        {
            batch.Fault = fault;
            throw;
        }
    }
}
