using System.Buffers;
using System.IO.Pipelines;
using Granary.Git;
using Granary.Git.Archives;
using Granary.Git.Reading;
using Granary.Grains.Git.Packs;
using Granary.Grains.Git.Processes;
using Granary.Grains.Git.Reading;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Archives;

/// <inheritdoc cref="IArchiver"/>
internal sealed class Archiver(
    IRevisions revisions, ReaderPool readers, ProcessLimiter limiter, ServiceProcess service, RepositoryLayout layout, IOptions<ArchiveOptions> options,
    TimeProvider time) : IArchiver
{
    /// <summary>
    /// A path is a path here, whatever git could read in it. And a file with export-subst may ask of a signature (%G?), for which git would start
    /// gpg; none of its settings holds for archives.
    /// </summary>
    private static readonly string[] Environment = ["GIT_LITERAL_PATHSPECS=1", GitCommand.OwnProgramsOnly];

    public async Task<Outcome<Archive>> FindAsync(
        RepositoryId repository, RepositoryName name, ArchiveWish wish, CancellationToken cancellationToken)
    {
        var prefix = wish.Prefix is null ? null : ArchiveNames.Prefix(wish.Prefix);
        if (prefix?.Refusal is { } invalid) return invalid;
        var resolved = await revisions.ResolveAsync(repository, wish.Revision, cancellationToken).ConfigureAwait(false);
        if (resolved.Value is not { } revision) return resolved.Refusal!;
        return await readers.ReadAsync<Outcome<Archive>>(
            ReadKind.Archive,
            repository,
            (handle, _) =>
            {
                if (handle.Peel(revision.Id, ObjectKind.Commit) is not { } commit || handle.Peel(commit, ObjectKind.Tree) is not { } root)
                    return new Refusal(RefusalKind.NotFound, $"'{wish.Revision}' names no commit.");
                if (TreePath.Find(handle, root, wish.Path.Bytes.Span) is not { } entry)
                    return new Refusal(RefusalKind.NotFound, $"There is no '{wish.Path.Text}' in '{wish.Revision}'.");
                if (entry.Kind != TreeEntryKind.Tree) return new Refusal(RefusalKind.FailedPrecondition, $"'{wish.Path.Text}' is no folder.", "path");
                var stem = ArchiveNames.Stem(name, revision, commit);
                return new Archive(repository, commit, wish.Format, stem + ArchiveNames.Ending(wish.Format), prefix?.Value ?? stem + "/", wish.Path);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<Outcome> WriteAsync(Archive archive, Requester requester, PipeWriter output, CancellationToken cancellationToken)
    {
        using var place = await limiter.EnterAsync(archive.Repository, requester, GitWork.Archive, cancellationToken).ConfigureAwait(false);
        var bounded = new ArchiveOutput(output, place, options.Value.MaxSize, time);
        try
        {
            await service.RunAsync(
                layout.Of(archive.Repository), Arguments(archive), Environment, PipeReader.Create(ReadOnlySequence<byte>.Empty), bounded,
                advertisement: null, cancellationToken).ConfigureAwait(false);
            return Outcome.Done;
        }
        catch (ArchiveTooLargeException)
        {
            return new Refusal(
                RefusalKind.ResourceExhausted, $"The archive is larger than {options.Value.MaxSize} bytes, the most that this server makes; ask for one folder, or clone the repository.");
        }
    }

    /// <summary>
    /// The commit, and not the tree at the path: it gives the archive its time and comment, and the attributes of the folders above hold.
    /// </summary>
    private static string[] Arguments(Archive archive)
    {
        string[] arguments = ["archive", "--format=" + ArchiveNames.Ending(archive.Format)[1..], "--prefix=" + archive.Prefix, archive.Commit.ToString(), "--"];
        return archive.Path.IsRoot ? arguments : [.. arguments, ArgumentText.Of(archive.Path.Bytes.Span)];
    }
}
