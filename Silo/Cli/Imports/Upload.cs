using Google.Protobuf;
using Granary.V1;
using Grpc.Core;

namespace Granary.Silo.Cli.Imports;

/// <summary>One import as a call: the source goes there, news of it comes back, at the same time.</summary>
internal static class Upload
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>How often a server is told that this end is still at work.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(15);

    /// <exception cref="RpcException">The server refused.</exception>
    /// <exception cref="CommandRefusedException">The source cannot be read.</exception>
    public static async Task<Import> RunAsync(Invocation call, RepositoryPath path, IImportSource source, CancellationToken cancellationToken)
    {
        var first = new ImportRepositoryRequest { Project = path.Project, Repository = path.Repository };
        await source.DescribeAsync(first, cancellationToken);

        // Disposed early, the call is cancelled: the server then leaves nothing of it.
        using var import = call.Imports.ImportRepository(cancellationToken: cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = ReceiveAsync(import.ResponseStream, new ProgressLines(call.Terminal, path), cancellationToken);
        var sending = SendAsync(import.RequestStream, first, source, call.Terminal.Clock, stop.Token);
        if (await Task.WhenAny(receiving, sending) == receiving)
        {
            await stop.CancelAsync();
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await receiving;
        }

        try
        {
            await sending;
        }
        catch (Exception fault) when (fault is RpcException or InvalidOperationException)
        {
            // The call has ended: its status says why.
        }

        return await receiving;
    }

    private static async Task SendAsync(
        IClientStreamWriter<ImportRepositoryRequest> requests, ImportRepositoryRequest first, IImportSource source, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        await requests.WriteAsync(first, cancellationToken);
        if (source.SendAsync(new Sink(requests, clock), cancellationToken) is { } sending) await sending;
        await requests.CompleteAsync();
    }

    private static async Task<Import> ReceiveAsync(
        IAsyncStreamReader<ImportRepositoryResponse> responses, ProgressLines progress, CancellationToken cancellationToken)
    {
        while (await responses.MoveNext(cancellationToken))
        {
            if (responses.Current.Import is { } import) return import;
            progress.Show(responses.Current);
        }

        throw new CommandRefusedException("The server ended the import without a result.");
    }

    private sealed class Sink(IClientStreamWriter<ImportRepositoryRequest> requests, TimeProvider clock) : IChunkSink
    {
        public async Task SendAllAsync(Stream stream, CancellationToken cancellationToken)
        {
            var buffer = new byte[ChunkSize];
            while (true)
            {
                var reading = stream.ReadAsync(buffer, cancellationToken).AsTask();
                while (!await IsReadyAsync(reading)) await SendAsync(default, cancellationToken);
                var length = await reading;
                if (length == 0) return;
                await SendAsync(buffer.AsMemory(0, length), cancellationToken);
            }
        }

        public Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            requests.WriteAsync(new ImportRepositoryRequest { Chunk = UnsafeByteOperations.UnsafeWrap(bytes) }, cancellationToken);

        private async Task<bool> IsReadyAsync(Task reading)
        {
            try
            {
                await reading.WaitAsync(SignOfLife, clock);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }
}
