using Granary.Git.Committing;

namespace Granary.Frontends.Rpc.Files;

/// <summary>A change and its content, which may still be on its way: it is read before the next change is.</summary>
internal sealed record PendingEdit(FileEdit Edit, IAsyncEnumerable<ReadOnlyMemory<byte>> Content)
{
    public PendingEdit(FileEdit edit, IEnumerable<ReadOnlyMemory<byte>> content)
        : this(edit, content.ToAsyncEnumerable())
    {
    }
}
