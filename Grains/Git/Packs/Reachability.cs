using System.Text;
using Granary.Grains.Git.Processes;
using Granary.Repositories;

namespace Granary.Grains.Git.Packs;

/// <summary>What the refs of a snapshot reach, asked where some refs are hidden and mere existence in the store must tell nothing.</summary>
internal sealed class Reachability(GitCommand git, TimeProvider time)
{
    private const int LinesAtATime = 1000;

    /// <summary>Whether every one of the objects is reachable.</summary>
    /// <exception cref="GitTooSlowException">It took too long.</exception>
    public async Task<bool> ContainAsync(
        RepositoryPaths paths, RefSnapshot refs, IReadOnlyCollection<ObjectId> objects, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var wanted = objects.ToHashSet();
        RemoveTips(wanted, refs);
        if (wanted.Count == 0) return true;
        if (await AreCommitsWithinAsync(paths, refs, wanted, timeout, cancellationToken).ConfigureAwait(false) is { } answer) return answer;
        await git.RunLinesAsync(
            paths, ["rev-list", "--objects", "--no-object-names", "--stdin"], [], Tips(refs, ""),
            line =>
            {
                if (ObjectId.TryParse(line, out var id)) wanted.Remove(id);
                return wanted.Count > 0;
            },
            timeout, time, cancellationToken).ConfigureAwait(false);
        return wanted.Count == 0;
    }

    /// <summary>Lines <c>PREFIX hex LF</c> of what the refs point to.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Tips(RefSnapshot refs, string prefix)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < refs.Count; i++)
        {
            lines.Append(prefix).Append(Encoding.ASCII.GetString(refs[i].Hex)).Append('\n');
            if (i % LinesAtATime != LinesAtATime - 1) continue;
            yield return Encoding.ASCII.GetBytes(lines.ToString());
            lines.Clear();
        }

        if (refs.DetachedHead is { } head) lines.Append(prefix).Append(head).Append('\n');
        yield return Encoding.ASCII.GetBytes(lines.ToString());
    }

    private static void RemoveTips(HashSet<ObjectId> wanted, RefSnapshot refs)
    {
        if (refs.DetachedHead is { } head) wanted.Remove(head);
        for (var i = 0; i < refs.Count && wanted.Count > 0; i++)
        {
            var entry = refs[i];
            if (ObjectId.TryParse(entry.Hex, out var id)) wanted.Remove(id);
            if (ObjectId.TryParse(entry.PeeledHex, out var peeled)) wanted.Remove(peeled);
        }
    }

    /// <summary>The quick way, for commits alone: none of them lies outside of what the refs reach. Null when others are among them.</summary>
    private async Task<bool?> AreCommitsWithinAsync(
        RepositoryPaths paths, RefSnapshot refs, HashSet<ObjectId> wanted, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var lines = wanted.Select(static id => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes($"{id}\n")).ToList();
        var (isMissing, areCommits) = (false, true);
        await git.RunLinesAsync(
            paths, ["cat-file", "--buffer", "--batch-check=%(objecttype)"], [], lines,
            line =>
            {
                isMissing |= line.EndsWith(" missing"u8);
                areCommits &= line.SequenceEqual("commit"u8);
                return !isMissing;
            },
            timeout, time, cancellationToken).ConfigureAwait(false);
        if (isMissing) return false;
        if (!areCommits) return null;
        var isOutside = false;
        var exitCode = await git.RunLinesAsync(
            paths, ["rev-list", "--max-count=1", "--stdin"], [], lines.Concat(Tips(refs, "^")),
            _ =>
            {
                isOutside = true;
                return false;
            },
            timeout, time, cancellationToken).ConfigureAwait(false);
        return exitCode == 0 && !isOutside;
    }
}
