using Granary.Streams.Embedded.Files;
using Microsoft.Extensions.Options;

namespace Granary.Streams.Embedded.DeadLetters;

/// <summary>An operator's view of the dead letters of the embedded streams.</summary>
public sealed class DeadLetterBox
{
    private readonly QueueFiles _files;
    private readonly IOptionsMonitor<EmbeddedStreamsOptions> _options;

    internal DeadLetterBox(QueueFiles files, IOptionsMonitor<EmbeddedStreamsOptions> options)
    {
        _files = files;
        _options = options;
    }

    /// <summary>The oldest first, continuing after an id.</summary>
    public Task<IReadOnlyList<DeadLetter>> ListAsync(string provider, long after, int count) =>
        FileOf(provider).ReadAsync(session => session.ReadDead(provider, after, count));

    /// <summary>Puts a letter at the end of its queue, to be delivered as if it were new; false when there is none.</summary>
    public async Task<bool> ReplayAsync(string provider, long id)
    {
        var file = FileOf(provider);
        if (await file.WriteAsync(session => session.Revive(provider, id)) is not { } queue) return false;
        file.Wake(queue);
        return true;
    }

    /// <summary>Throws a letter away; false when there is none.</summary>
    public Task<bool> DiscardAsync(string provider, long id) => FileOf(provider).WriteAsync(session => session.Forget(provider, id));

    private QueueFile FileOf(string provider) => _files.Of(_options.Get(provider));
}
