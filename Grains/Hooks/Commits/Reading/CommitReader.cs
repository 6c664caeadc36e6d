using System.Net.Sockets;
using System.Text;
using Granary.Git;
using Granary.Grains.Git;
using Granary.Grains.Git.Processes;
using Granary.Repositories;

namespace Granary.Grains.Hooks.Commits.Reading;

/// <summary>Reads commits of a repository with one git process for each batch, at the lowest priority.</summary>
internal sealed class CommitReader(GitCommand git)
{
    /// <summary>Of a commit object; what is beyond is passed over.</summary>
    public const int MaxObject = 256 * 1024;

    /// <summary>Those of the batch that are there and are commits.</summary>
    /// <exception cref="GitProcessException">git failed.</exception>
    public async Task<IReadOnlyList<(ObjectId Id, CommitObject Commit)>> ReadAsync(
        RepositoryPaths paths, IReadOnlyList<ObjectId> ids, CancellationToken cancellationToken)
    {
        var process = git.Start(paths, ["cat-file", "--batch", "--buffer"]);
        await using (process.ConfigureAwait(false))
        {
            process.LowerPriority();
            using var kill = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            var sending = SendAsync(process, ids, cancellationToken);
            var commits = new List<(ObjectId, CommitObject)>(ids.Count);
            var stream = new ObjectStream(process);
            while (await stream.ReadHeaderAsync(cancellationToken).ConfigureAwait(false) is { } header)
            {
                if (header.Size is not { } size) continue;
                var body = await stream.ReadBodyAsync(size, MaxObject, cancellationToken).ConfigureAwait(false);
                if (header is { Type: "commit", Id: { } id }) commits.Add((id, CommitObject.Parse(body.Span)));
            }

            await sending.ConfigureAwait(false);
            var (exitCode, error) = await process.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return exitCode == 0 ? commits : throw new GitProcessException($"git cat-file: {ErrorText.ForClient(error, paths)}", exitCode);
        }
    }

    private static async Task SendAsync(GitProcess process, IReadOnlyList<ObjectId> ids, CancellationToken cancellationToken)
    {
        try
        {
            var lines = new StringBuilder(ids.Count * 41);
            foreach (var id in ids) lines.Append(id).Append('\n');
            await process.SendAsync(Encoding.ASCII.GetBytes(lines.ToString()), cancellationToken).ConfigureAwait(false);
            process.CloseInput();
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            // It ended early or was ended; the caller knows why.
        }
    }
}
