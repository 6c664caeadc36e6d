using System.Runtime.CompilerServices;
using System.Text;
using Granary.Git;
using Granary.Grains.Git;
using Granary.Grains.Git.Processes;
using Granary.Repositories;

namespace Granary.Grains.Hooks.Commits.Scheduling;

/// <summary>
/// Lists the commits that some tips reach and others do not, in batches, as git finds them: it waits while nobody reads on. At the
/// lowest priority; neither its input nor its output is ever held whole.
/// </summary>
internal sealed class NewCommits(GitCommand git)
{
    private const int LinesAtATime = 1000;
    private const int LineLength = 64 + 1;

    /// <exception cref="GitProcessException">git failed.</exception>
    public async IAsyncEnumerable<IReadOnlyList<ObjectId>> ListAsync(
        RepositoryPaths paths, IReadOnlyList<ObjectId> from, IReadOnlyList<ObjectId> known, int batchSize,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What is not there any more, and tags of what is no commit, are passed over.
        var process = git.Start(paths, ["rev-list", "--ignore-missing", "--stdin"]);
        await using (process.ConfigureAwait(false))
        {
            process.LowerPriority();
            using var kill = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            var sending = SendAsync(process, from, known, cancellationToken);
            var buffer = new byte[LineLength * LinesAtATime];
            var batch = new List<ObjectId>(batchSize);
            var length = 0;
            int read;
            while ((read = await process.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0)
            {
                length += read;
                int end;
                var start = 0;
                while ((end = buffer.AsSpan(start, length - start).IndexOf((byte)'\n')) >= 0)
                {
                    if (ObjectId.TryParse(buffer.AsSpan(start, end), out var id)) batch.Add(id);
                    start += end + 1;
                    if (batch.Count < batchSize) continue;
                    yield return batch;
                    batch = new List<ObjectId>(batchSize);
                }

                buffer.AsSpan(start, length - start).CopyTo(buffer);
                length -= start;
            }

            await sending.ConfigureAwait(false);
            var (exitCode, error) = await process.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (exitCode != 0) throw new GitProcessException($"git rev-list: {ErrorText.ForClient(error, paths)}", exitCode);
            if (batch.Count > 0) yield return batch;
        }
    }

    private static async Task SendAsync(
        GitProcess process, IReadOnlyList<ObjectId> from, IReadOnlyList<ObjectId> known, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var lines in from.Select(static id => $"{id}\n").Concat(known.Select(static id => $"^{id}\n")).Chunk(LinesAtATime))
                await process.SendAsync(Encoding.ASCII.GetBytes(string.Concat(lines)), cancellationToken).ConfigureAwait(false);
            process.CloseInput();
        }
        catch (Exception fault) when (fault is System.Net.Sockets.SocketException or OperationCanceledException)
        {
            // It ended early or was ended; the caller knows why.
        }
    }
}
