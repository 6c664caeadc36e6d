using System.Threading.Channels;
using Granary.Git.Reading;
using Granary.Repositories;
using Granary.V1;

namespace Granary.Frontends.Rpc.Objects;

/// <summary>
/// Reads ahead of the answers, in the order of the queries. Only small objects are: a large one is read when its turn comes, so that a
/// call holds one of them at most.
/// </summary>
internal sealed class ObjectPipeline(IObjectReader objects, ReadObjectsHeader header, int readAhead) : IAsyncDisposable
{
    private const long MaxAhead = 256 << 10;

    private readonly Channel<PendingObject> _reads = Channel.CreateBounded<PendingObject>(
        new BoundedChannelOptions(readAhead) { SingleReader = true, SingleWriter = true });

    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;

    /// <summary>The largest content that is wanted; negative: none.</summary>
    public long Wanted { get; } = header switch { { NoContent: true } => -1, { MaxSize: > 0 } => header.MaxSize, _ => long.MaxValue };

    /// <summary>What is read, to be disposed.</summary>
    /// <param name="queries">What is asked for.</param>
    /// <param name="check">Gives the repository while the caller may read it.</param>
    /// <param name="cancellationToken">The client went away.</param>
    public IAsyncEnumerable<PendingObject> ReadAsync(
        IAsyncEnumerable<ObjectQuery> queries, Func<CancellationToken, Task<RepositoryId>> check, CancellationToken cancellationToken)
    {
        _reading = PumpAsync(queries, check, _stop.Token);
        return _reads.Reader.ReadAllAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        while (_reads.Reader.TryRead(out var left)) await left.DisposeAsync();
        _stop.Dispose();
    }

    private async Task PumpAsync(
        IAsyncEnumerable<ObjectQuery> queries, Func<CancellationToken, Task<RepositoryId>> check, CancellationToken cancellationToken)
    {
        try
        {
            var index = 0L;
            await foreach (var query in queries.WithCancellation(cancellationToken))
            {
                var repository = await check(cancellationToken);
                await _reads.Writer.WaitToWriteAsync(cancellationToken);
                _reads.Writer.TryWrite(new PendingObject(index++, repository, OpenAsync(repository, query, cancellationToken)));
            }

            _reads.Writer.Complete();
        }
        catch (Exception fault)
        {
            // Whoever takes the answers has it after those that were read before.
            _reads.Writer.Complete(fault);
        }
    }

    private async Task<Outcome<ObjectContent>> OpenAsync(RepositoryId repository, ObjectQuery query, CancellationToken cancellationToken)
    {
        var name = ObjectName.Parse(query.Name, query.RawPath);
        if (name.Value is not { } parsed) return name.Refusal!;
        return await objects.OpenAsync(repository, parsed.Revision, parsed.Path, Math.Min(Wanted, MaxAhead), cancellationToken);
    }
}
