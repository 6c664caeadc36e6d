namespace Granary.Streams.Embedded.Delivery;

/// <summary>
/// Notes on a message what its delivery threw: the pulling agent tells the cache that a delivery failed, but not why, and a
/// dead letter without a reason helps nobody.
/// </summary>
internal sealed class DeliveryFaults : IOutgoingGrainCallFilter
{
    private const int ArgumentsOfDelivery = 4;
    private const int BatchArgument = 2;

    public Task Invoke(IOutgoingGrainCallContext context) =>
        context.Request.GetArgumentCount() == ArgumentsOfDelivery && context.Request.GetArgument(BatchArgument) is EmbeddedBatch batch
            ? DeliverAsync(context, batch)
            : context.Invoke();

    private static async Task DeliverAsync(IOutgoingGrainCallContext context, EmbeddedBatch batch)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception fault)
        {
            batch.Fault = fault;
            throw;
        }
    }
}
