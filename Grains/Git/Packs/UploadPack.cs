using System.IO.Pipelines;
using System.Net.Sockets;
using Granary.Git;
using Granary.Grains.Git.Processes;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs;

/// <summary>Fetches: <c>git upload-pack --stateless-rpc</c>, its bytes copied once between its socket and the client's pipe.</summary>
internal sealed class UploadPack(
    GitCommand git, ProcessLimiter limiter, RepositoryLayout layout, IOptions<GitOptions> options, TimeProvider time) : IUploadPack
{
    private const int BufferSize = 64 * 1024;

    private readonly Reachability _reachability = new(git, time);

    public ValueTask<IGitPlace> EnterAsync(RepositoryId repository, Requester requester, CancellationToken cancellationToken) =>
        limiter.EnterAsync(repository, requester, cancellationToken);

    public async Task RunAsync(
        RepositoryId repository, GitProtocolVersion version, PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        var paths = layout.Of(repository);
        var process = git.Start(
            paths,
            ["upload-pack", "--stateless-rpc", "--strict", "--end-of-options", paths.Root],
            version == GitProtocolVersion.V0 ? [] : [$"GIT_PROTOCOL=version={(int)version}"]);
        await using (process.ConfigureAwait(false))
        {
            using var stall = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            using var registration = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            using var stallRegistration = stall.Token.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            var sending = SendAsync(process, request, cancellationToken);
            var received = await ReceiveAsync(process, response, stall, cancellationToken).ConfigureAwait(false);
            await sending.ConfigureAwait(false);
            var (exitCode, error) = await process.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (stall.IsCancellationRequested) throw new GitProcessException("git gave no output for too long and was ended", exitCode);
            if (exitCode != 0) throw new GitProcessException(ErrorText.ForClient(error, paths), exitCode) { Data = { ["received"] = received } };
        }
    }

    public async Task<bool> CanReachAsync(
        RepositoryId repository, RefSnapshot refs, IReadOnlyCollection<ObjectId> objects, CancellationToken cancellationToken)
    {
        try
        {
            return await _reachability.ContainAsync(layout.Of(repository), refs, objects, options.Value.UploadStallTimeout, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (GitTooSlowException)
        {
            throw new GitProcessException("looking for the objects took too long", 1);
        }
    }

    private static async Task SendAsync(GitProcess process, PipeReader request, CancellationToken cancellationToken)
    {
        try
        {
            await process.SendAllAsync(request, long.MaxValue, null, cancellationToken).ConfigureAwait(false);
            process.CloseInput();
        }
        catch (SocketException)
        {
            // git ended before it read everything; its exit status tells why.
        }
    }

    /// <summary>Copies git's output as it comes. The stall clock runs only while git is asked, not while the client is slow.</summary>
    private async Task<long> ReceiveAsync(
        GitProcess process, PipeWriter response, CancellationTokenSource stall, CancellationToken cancellationToken)
    {
        var total = 0L;
        while (true)
        {
            stall.CancelAfter(options.Value.UploadStallTimeout);
            var read = await process.ReceiveAsync(response.GetMemory(BufferSize), CancellationToken.None).ConfigureAwait(false);
            stall.CancelAfter(Timeout.InfiniteTimeSpan);
            if (read == 0) return total;
            total += read;
            response.Advance(read);
            var flush = await response.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (flush.IsCompleted) throw new OperationCanceledException("The client went away.");
        }
    }
}
