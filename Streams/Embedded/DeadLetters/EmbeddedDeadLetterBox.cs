using System.Globalization;
using Granary.Streams.DeadLetters;
using Granary.Streams.Embedded.Files;

namespace Granary.Streams.Embedded.DeadLetters;

/// <summary>The dead letters of one provider, in the file of its queues. Ids are row numbers, ascending and never used again.</summary>
internal sealed class EmbeddedDeadLetterBox(string provider, QueueFile file) : IDeadLetterBox
{
    public string Provider => provider;

    public async Task<IReadOnlyList<DeadLetter>> ListAsync(string? after, int count, CancellationToken cancellationToken)
    {
        var first = 0L;
        if (after is not null && !TryParse(after, out first)) return [];
        return await file.ReadAsync(session => session.ReadDead(provider, first, count)).WaitAsync(cancellationToken);
    }

    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!TryParse(id, out var number)) return null;
        var letters = await file.ReadAsync(session => session.ReadDead(provider, number - 1, 1)).WaitAsync(cancellationToken);
        return letters is [var letter] && letter.Id == id ? letter : null;
    }

    public async Task<bool> ReplayAsync(string id, CancellationToken cancellationToken)
    {
        if (!TryParse(id, out var number)) return false;
        if (await file.WriteAsync(session => session.Revive(provider, number)).WaitAsync(cancellationToken) is not { } queue) return false;
        file.Wake(queue);
        return true;
    }

    public async Task<bool> DiscardAsync(string id, CancellationToken cancellationToken) =>
        TryParse(id, out var number) && await file.WriteAsync(session => session.Forget(provider, number)).WaitAsync(cancellationToken);

    private static bool TryParse(string id, out long number) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
