using Granary.Frontends.Rpc.Blobs;
using Granary.Frontends.Rpc.History;
using Granary.Git.Reading;
using Granary.Git.Reading.Trees;
using Granary.V1;
using LastCommit = Granary.Git.Reading.Trees.LastCommit;
using Readme = Granary.Git.Reading.Trees.Readme;
using TreeEntry = Granary.Git.Reading.Trees.TreeEntry;

namespace Granary.Frontends.Rpc.Trees;

/// <summary>Folders as the API shows them.</summary>
internal static class TreeMessages
{
    public static ListTreeResponse From(TreePlace place) =>
        new() { Info = new TreeInfo { CommitId = place.Commit?.ToString() ?? "", TreeId = place.Tree.ToString() } };

    public static ListTreeResponse From(TreePiece piece) =>
        new() { Entries = new TreeEntries { Entries = { piece.Entries.Select(From) }, Cut = piece.IsCut } };

    public static ListTreeResponse From(IReadOnlyList<LastCommit> found) => new()
    {
        LastCommits = new LastCommits
        {
            Commits =
            {
                found.Select(static one => new V1.LastCommit
                {
                    Commit = HistoryMessages.From(one.Commit),
                    Entries = { one.Paths.Select(static p => new EntryPath { Path = p.Text, RawPath = p.Raw() }) },
                }),
            },
        },
    };

    public static V1.Readme From(Readme readme) => new()
    {
        Path = readme.Path.Text,
        RawPath = readme.Path.Raw(),
        Info = BlobMessages.From(readme.Info),
        Text = readme.Text,
        Cut = readme.IsCut,
    };

    private static V1.TreeEntry From(TreeEntry entry) => new()
    {
        Path = entry.Path.Text,
        RawPath = entry.Path.Raw(),
        Kind = entry.Kind switch
        {
            TreeEntryKind.Tree => V1.TreeEntry.Types.Kind.Folder,
            TreeEntryKind.Symlink => V1.TreeEntry.Types.Kind.Symlink,
            TreeEntryKind.Submodule => V1.TreeEntry.Types.Kind.Submodule,
            _ => V1.TreeEntry.Types.Kind.File,
        },
        Mode = BlobMessages.ModeOf(entry.Mode),
        ObjectId = entry.Id.ToString(),
        Size = entry.Size,
    };
}
