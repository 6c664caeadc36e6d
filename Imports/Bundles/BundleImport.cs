using System.IO.Pipelines;
using Granary.Imports.Sources;
using Granary.Repositories;

namespace Granary.Imports.Bundles;

/// <summary>An import from a bundle that a client sends.</summary>
internal sealed class BundleImport(
    BundleSource source, TimeSpan stallTimeout, TimeProvider time, IImportListener listener) : IImportSource
{
    private readonly PackPipe _pipe = new();
    private long _received;

    public long Received => _received;

    public async Task ReadRefsAsync(SourceRefs refs, CancellationToken cancellationToken)
    {
        refs.HeadTarget = source.Head;
        if (source.IsEmpty) return;
        _pipe.Fill(FillAsync);
        await BundleHeader.ReadAsync(_pipe.Reader, refs, cancellationToken).ConfigureAwait(false);
    }

    public Task<PipeReader> OpenPackAsync(IReadOnlyCollection<ObjectId> wanted, CancellationToken cancellationToken) =>
        Task.FromResult(_pipe.Reader);

    public ValueTask DisposeAsync() => _pipe.DisposeAsync();

    private async Task FillAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        using var clock = new SilenceClock(stallTimeout, time, cancellationToken);
        var pieces = source.Bundle.GetAsyncEnumerator(clock.Token);
        await using (pieces.ConfigureAwait(false))
        {
            while (await clock.AwaitAsync(_ => pieces.MoveNextAsync()).ConfigureAwait(false))
            {
                if (pieces.Current.IsEmpty) continue;
                _received += pieces.Current.Length;
                listener.Received(_received);
                var flush = await output.WriteAsync(pieces.Current, cancellationToken).ConfigureAwait(false);
                if (flush.IsCompleted) return;
            }
        }
    }
}
