using Granary.Streams.Delivery;
using Granary.Streams.Embedded.Files;
using Orleans.Configuration;
using Orleans.Streams;

namespace Granary.Streams.Embedded;

/// <summary>The queues of one provider, in the file.</summary>
internal sealed class EmbeddedQueueLengths(string provider, QueueFile file, EmbeddedStreamsOptions options) : IQueueLengths
{
    public string Provider => provider;

    public async Task<IReadOnlyList<KeyValuePair<string, long>>> ReadAsync(CancellationToken cancellationToken)
    {
        var mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = options.Queues }, provider);
        var names = mapper.GetAllQueues().Select(static q => q.ToString()).Order(StringComparer.Ordinal).ToList();
        return await file.ReadAsync(session => names.ConvertAll(name => KeyValuePair.Create(name, session.Length(name)))).WaitAsync(cancellationToken);
    }
}
