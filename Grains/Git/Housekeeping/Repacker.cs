using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Granary.Git;
using Granary.Grains.Git.Processes;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>
/// The git processes of housekeeping, all at the lowest priority. New packs are made in <see cref="RepackingFolder"/> and put in
/// place by the caller: git's own <c>repack -d</c> would remove the old ones before the new ones are known to be on disk, and
/// while others may still be about to open them.
/// </summary>
internal sealed class Repacker(GitCommand git, HousekeepingOptions options)
{
    private const int MaxOutput = 1 << 20;

    /// <summary>Makes one pack of everything, what no ref reaches included and last. Null when there is nothing.</summary>
    /// <returns>The pack's path without ending.</returns>
    public Task<string?> PackWholeAsync(RepositoryPaths paths, CancellationToken cancellationToken) => PackAsync(
        paths, ["--all", "--keep-unreachable", "--pack-loose-unreachable", "--honor-pack-keep"], "", cancellationToken);

    /// <summary>Makes one pack of some packs and of objects that are in none.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="some">The packs to make into one.</param>
    /// <param name="others">Packs whose objects are not to be in it.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public Task<string?> PackSomeAsync(
        RepositoryPaths paths, IEnumerable<PackFile> some, IEnumerable<PackFile> others, CancellationToken cancellationToken) => PackAsync(
        paths,
        ["--stdin-packs", "--unpacked"],
        string.Concat(some.Select(static p => $"{p.Name}.pack\n").Concat(others.Select(static p => $"^{p.Name}.pack\n"))),
        cancellationToken);

    /// <summary>Writes the index over several packs, with a reachability bitmap, in place of the old one by one rename.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="packs">The packs; others are searched beside it.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public Task WriteMultiPackIndexAsync(RepositoryPaths paths, IReadOnlyList<PackFile> packs, CancellationToken cancellationToken)
    {
        // Clones copy the bytes of the preferred pack as they are: the largest.
        var preferred = packs.MaxBy(static p => p.Objects)!;
        return RunAsync(
            paths,
            ["multi-pack-index", "write", "--bitmap", "--stdin-packs", "--no-progress", $"--preferred-pack={preferred.Name}.pack"],
            string.Concat(packs.Select(static p => p.Name + ".idx\n")),
            cancellationToken);
    }

    /// <summary>One file, not a chain: libgit2 reads no chains.</summary>
    public Task WriteCommitGraphAsync(RepositoryPaths paths, CancellationToken cancellationToken) =>
        RunAsync(paths, ["commit-graph", "write", "--reachable", "--changed-paths", "--no-progress"], "", cancellationToken);

    private async Task<string?> PackAsync(RepositoryPaths paths, string[] what, string input, CancellationToken cancellationToken)
    {
        var stem = Path.Combine(paths.Repacking, "new");
        var hash = await RunAsync(
            RepackingFolder.Of(paths), ["pack-objects", "--quiet", "--non-empty", "--delta-base-offset", .. what, stem], input, cancellationToken)
            .ConfigureAwait(false);
        return hash.Length == 0 ? null : $"{stem}-{hash}";
    }

    private async Task<string> RunAsync(RepositoryPaths paths, string[] arguments, string input, CancellationToken cancellationToken)
    {
        var process = git.Start(
            paths,
            [
                "-c", string.Create(CultureInfo.InvariantCulture, $"pack.threads={options.Threads}"),
                "-c", string.Create(CultureInfo.InvariantCulture, $"pack.windowMemory={options.WindowMemory}"),
                "-c", "pack.packSizeLimit=0", "-c", "pack.writeReverseIndex=true", "-c", "pack.writeBitmapLookupTable=true",
                .. arguments,
            ]);
        await using (process.ConfigureAwait(false))
        {
            process.LowerPriority();
            using var kill = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            var output = process.ReadAllAsync(MaxOutput, CancellationToken.None);
            try
            {
                await process.SendAsync(Encoding.ASCII.GetBytes(input), cancellationToken).ConfigureAwait(false);
                process.CloseInput();
            }
            catch (SocketException)
            {
                // It ended early; the exit status says why.
            }

            var bytes = await output.ConfigureAwait(false);
            var (exitCode, error) = await process.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return exitCode == 0
                ? Encoding.ASCII.GetString(bytes).Trim()
                : throw new GitProcessException($"git {arguments[0]}: {ErrorText.ForClient(error, paths)}", exitCode);
        }
    }
}
