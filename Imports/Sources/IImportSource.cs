using System.IO.Pipelines;
using Granary.Repositories;

namespace Granary.Imports.Sources;

/// <summary>Where an import comes from: first the refs, then the objects that they need.</summary>
internal interface IImportSource : IAsyncDisposable
{
    /// <summary>Bytes of its pack that came so far.</summary>
    long Received { get; }

    /// <exception cref="ImportRefusedException">The source is not as it must be.</exception>
    Task ReadRefsAsync(SourceRefs refs, CancellationToken cancellationToken);

    /// <summary>Begins to send the pack; called once, after the refs, and only if there are any to take over.</summary>
    /// <exception cref="ImportRefusedException">The source is not as it must be; also thrown by reads from the pipe.</exception>
    Task<PipeReader> OpenPackAsync(IReadOnlyCollection<ObjectId> wanted, CancellationToken cancellationToken);
}
