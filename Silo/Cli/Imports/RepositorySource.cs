using System.Text;
using Granary.V1;

namespace Granary.Silo.Cli.Imports;

/// <summary>
/// A local repository, sent as a bundle that is never on disk: the list of its refs, and a pack made by its own git. Not by
/// <c>git bundle</c>, which leaves out refs whose names it finds ambiguous.
/// </summary>
internal sealed class RepositorySource(string path) : IImportSource
{
    /// <summary>What a repository with a working tree keeps for itself.</summary>
    private static readonly string[] OwnRefs =
        ["refs/remotes/", "refs/stash", "refs/bisect/", "refs/worktree/", "refs/rewritten/", "refs/prefetch/", "refs/original/"];

    private readonly GitTool _git = new(path);
    private readonly List<(string Id, byte[] Line)> _refs = [];
    private string? _headId;

    public async Task DescribeAsync(ImportRepositoryRequest request, CancellationToken cancellationToken)
    {
        var facts = (await _git.ReadAsync(["rev-parse", "--is-shallow-repository", "--show-object-format"], cancellationToken)).Split('\n');
        if (facts[0] == "true")
            throw new CommandRefusedException($"'{path}' is a shallow clone and has not its whole history; run 'git fetch --unshallow' in it first.");
        if (facts is not [_, "sha1", ..])
            throw new CommandRefusedException($"'{path}' is a SHA-256 repository; the server keeps SHA-1 repositories only.");
        await ReadRefsAsync(cancellationToken);
        request.Head = await _git.TryReadAsync(["symbolic-ref", "-q", "HEAD"], cancellationToken) ?? "";
        _headId = await _git.TryReadAsync(["rev-parse", "-q", "--verify", "HEAD^{commit}"], cancellationToken);
        request.Empty = _refs.Count == 0;
    }

    public Task? SendAsync(IChunkSink sink, CancellationToken cancellationToken) => _refs.Count == 0 ? null : SendBundleAsync(sink, cancellationToken);

    private async Task SendBundleAsync(IChunkSink sink, CancellationToken cancellationToken)
    {
        using var header = new MemoryStream();
        header.Write("# v2 git bundle\n"u8);
        if (_headId is not null) header.Write(Encoding.ASCII.GetBytes($"{_headId} HEAD\n"));
        foreach (var (_, line) in _refs) header.Write(line);
        header.Write("\n"u8);
        header.Position = 0;
        await sink.SendAllAsync(header, cancellationToken);

        // The ids that were listed, so that a ref which moves meanwhile does no harm.
        var tips = string.Concat(_refs.Select(static r => r.Id).Distinct().Select(static id => id + "\n"));
        await _git.StreamAsync(
            ["pack-objects", "--revs", "--stdout", "--delta-base-offset", "-q"], tips, output => sink.SendAllAsync(output, cancellationToken),
            cancellationToken);
    }

    private async Task ReadRefsAsync(CancellationToken cancellationToken)
    {
        var listed = await _git.ReadBytesAsync(["for-each-ref", "--format=%(objectname) %(refname)"], cancellationToken);
        for (var start = 0; start < listed.Length;)
        {
            var end = listed.AsSpan(start).IndexOf((byte)'\n') + start + 1;
            if (end == start) break;
            var line = listed.AsSpan(start..end);
            start = end;
            var blank = line.IndexOf((byte)' ');
            var name = Encoding.Latin1.GetString(line[(blank + 1)..^1]);
            if (OwnRefs.Any(own => name.StartsWith(own, StringComparison.Ordinal))) continue;
            _refs.Add((Encoding.ASCII.GetString(line[..blank]), line.ToArray()));
        }
    }
}
