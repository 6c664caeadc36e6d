using Granary.Streams.DeadLetters;

namespace Granary.Frontends.Rpc.Tests.Fakes;

/// <summary>A box of one provider, in memory.</summary>
internal sealed class FakeDeadLetters(string provider, int count) : IDeadLetterBox
{
    public List<DeadLetter> Letters { get; } =
    [
        .. Enumerable.Range(1, count).Select(i => new DeadLetter(
            $"{i:d3}", provider, "probe", $"stream{i}", Samples.Time, Samples.Time.AddMinutes(i), 20, $"it failed\nline two of {i}", 100 + i)),
    ];

    public List<string> Replayed { get; } = [];

    public string Provider => provider;

    public Task<IReadOnlyList<DeadLetter>> ListAsync(string? after, int count, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeadLetter>>([.. Letters.Where(l => after is null || string.CompareOrdinal(l.Id, after) > 0).Take(count)]);

    public Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult(Letters.Find(l => l.Id == id));

    public Task<bool> ReplayAsync(string id, CancellationToken cancellationToken)
    {
        if (Letters.RemoveAll(l => l.Id == id) == 0) return Task.FromResult(false);
        Replayed.Add(id);
        return Task.FromResult(true);
    }

    public Task<bool> DiscardAsync(string id, CancellationToken cancellationToken) => Task.FromResult(Letters.RemoveAll(l => l.Id == id) > 0);
}
