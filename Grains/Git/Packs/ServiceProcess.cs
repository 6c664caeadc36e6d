using System.IO.Pipelines;
using System.Net.Sockets;
using Granary.Git;
using Granary.Grains.Git.Processes;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs;

/// <summary>Runs git's side of a fetch or an archive, its bytes copied once between its socket and the client's pipe.</summary>
internal sealed class ServiceProcess(GitCommand git, IOptions<GitOptions> options, TimeProvider time)
{
    private const int BufferSize = 64 * 1024;

    /// <param name="paths">The repository.</param>
    /// <param name="arguments">The subcommand and its arguments.</param>
    /// <param name="environment">More variables.</param>
    /// <param name="request">For git's standard input.</param>
    /// <param name="response">git's standard output; flushed as it comes, not completed.</param>
    /// <param name="advertisement">Leaves out the lines that git begins with; null: git begins with its answer.</param>
    /// <param name="cancellationToken">The client went away: git and its group end at once.</param>
    /// <exception cref="GitProcessException">git refused the request or failed.</exception>
    public async Task RunAsync(
        RepositoryPaths paths, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, PipeReader request, PipeWriter response,
        AdvertisementFilter? advertisement, CancellationToken cancellationToken)
    {
        var process = git.Start(paths, arguments, environment);
        await using (process.ConfigureAwait(false))
        {
            // In a dialogue git may wait for the client as long as it likes: the clock starts with the end of the request.
            using var stall = new StallClock(options.Value.UploadStallTimeout, time, process.Kill);
            if (advertisement is null) stall.Asked();
            using var registration = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            using var talking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var sending = SendAsync(process, request, stall, talking.Token);
            long received;
            try
            {
                received = await ReceiveAsync(process, response, advertisement, stall, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // git has ended, or the client took no more: whatever the client still says, nobody listens.
                await talking.CancelAsync().ConfigureAwait(false);
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (sending.Exception?.InnerException is { } fault) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
            var (exitCode, error) = await process.WaitAsync().ConfigureAwait(false);
            if (stall.HasStruck) throw new GitProcessException("git gave no output for too long and was ended", exitCode) { HasAnswered = received > 0 };
            if (exitCode != 0) throw new GitProcessException(ErrorText.ForClient(error, paths), exitCode) { HasAnswered = received > 0 };
        }
    }

    private static async Task SendAsync(GitProcess process, PipeReader request, StallClock stall, CancellationToken cancellationToken)
    {
        try
        {
            await process.SendAllAsync(request, long.MaxValue, null, cancellationToken).ConfigureAwait(false);
            process.CloseInput();
            stall.Asked();
        }
        catch (SocketException)
        {
            // git ended before it read everything; its exit status tells why.
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Copies git's output as it comes. The stall clock runs only while git is asked, not while the client is slow.</summary>
    private static async Task<long> ReceiveAsync(
        GitProcess process, PipeWriter response, AdvertisementFilter? advertisement, StallClock stall, CancellationToken cancellationToken)
    {
        var total = 0L;
        while (true)
        {
            stall.Waiting();
            var memory = response.GetMemory(BufferSize);
            var read = await process.ReceiveAsync(memory, CancellationToken.None).ConfigureAwait(false);
            stall.Answered();
            if (read == 0) return total;
            if (advertisement is not null) read = advertisement.Remove(memory.Span[..read]);
            if (read == 0) continue;
            total += read;
            response.Advance(read);
            var flush = await response.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (flush.IsCompleted) throw new OperationCanceledException("The client went away.");
        }
    }
}
