using System.Text;
using Granary.Grains.Git;
using Granary.Grains.Git.Packs;
using Granary.Grains.Git.Processes;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Commits.Reading;

/// <summary>
/// Which commits may be shown where some refs are hidden: those that the others reach, as with a fetch. Asked of git at each page,
/// because what is hidden may change.
/// </summary>
internal sealed class VisibleCommits(
    GitCommand git, RepositoryLayout layout, IOptions<GitOptions> gitOptions, IOptions<CommitOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.Value.MaxVisibilityChecks);

    public void Dispose() => _places.Dispose();

    /// <exception cref="RepositoryUnavailableException">git failed or took too long.</exception>
    public async Task<IReadOnlySet<ObjectId>> FilterAsync(
        RepositoryId repository, RefSnapshot refs, IReadOnlyCollection<ObjectId> commits, CancellationToken cancellationToken)
    {
        var paths = layout.Of(repository);
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var visible = await FindPresentAsync(paths, commits, cancellationToken).ConfigureAwait(false);
            if (visible.Count == 0) return visible;
            var exitCode = await git.RunLinesAsync(
                paths, ["rev-list", "--stdin"], [], Lines(visible).Concat(Reachability.Tips(refs.Visible, "^")).ToList(),
                line =>
                {
                    // Listed is what none of the refs reaches.
                    if (ObjectId.TryParse(line, out var id)) visible.Remove(id);
                    return true;
                },
                gitOptions.Value.ShortWalkTimeout, time, cancellationToken).ConfigureAwait(false);
            return exitCode == 0 ? visible : throw new RepositoryUnavailableException(repository);
        }
        catch (GitTooSlowException)
        {
            throw new RepositoryUnavailableException(repository);
        }
        finally
        {
            _places.Release();
        }
    }

    private static List<ReadOnlyMemory<byte>> Lines(IEnumerable<ObjectId> ids) =>
        [.. ids.Select(static id => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes($"{id}\n"))];

    /// <summary>One that is not in the store any more would end the walk.</summary>
    private async Task<HashSet<ObjectId>> FindPresentAsync(
        RepositoryPaths paths, IReadOnlyCollection<ObjectId> commits, CancellationToken cancellationToken)
    {
        var present = new HashSet<ObjectId>();
        await git.RunLinesAsync(
            paths, ["cat-file", "--buffer", "--batch-check=%(objectname) %(objecttype)"], [], Lines(commits),
            line =>
            {
                if (line.EndsWith(" commit"u8) && ObjectId.TryParse(line[..line.IndexOf((byte)' ')], out var id)) present.Add(id);
                return true;
            },
            gitOptions.Value.ShortWalkTimeout, time, cancellationToken).ConfigureAwait(false);
        return present;
    }
}
