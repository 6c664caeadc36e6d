using System.IO.Pipelines;
using Granary.Git;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Frontends.GitProtocol.Tests.ReceivePack;

/// <summary>One quarantine that reads packs and believes what it is told to believe.</summary>
internal sealed class FakePackReceiver : IPackReceiver, IQuarantine
{
    public bool Busy { get; set; }

    public Exception? PackFault { get; set; }

    public Exception? InspectFault { get; set; }

    public Func<RefUpdate, RefUpdateResult?> Refuse { get; set; } = static _ => null;

    /// <summary>Called while git works on the pack that was read.</summary>
    public Func<Action<ReadOnlyMemory<byte>>?, Task> Working { get; set; } = static _ => Task.CompletedTask;

    /// <summary>What came as the pack; null: none was asked for.</summary>
    public string? Pack { get; private set; }

    public bool IsDisposed { get; private set; }

    public bool HasObjects { get; private set; }

    public IQuarantine Open(
        RepositoryId repository, Guid pushId, Requester requester, RepositoryPolicy? policy = null, IReadOnlyList<string>? fsckIgnore = null) => this;

    public async Task ReceiveAsync(PipeReader pack, PackEnd end, IPackListener? listener, CancellationToken cancellationToken)
    {
        Pack = await Wire.RestAsync(pack);
        if (Busy) throw new GitBusyException(TimeSpan.FromSeconds(1));
        listener?.Received();
        await Working(listener is { WantsProgress: true } ? listener.Progress : null);
        if (PackFault is not null) throw PackFault;
        HasObjects = true;
    }

    public Task<IReadOnlyList<InspectedUpdate>> InspectAsync(RefSnapshot refs, IReadOnlyList<RefUpdate> updates, CancellationToken cancellationToken) =>
        InspectFault is null
            ? Task.FromResult<IReadOnlyList<InspectedUpdate>>([.. updates.Select(u => new InspectedUpdate(u, Refuse(u)))])
            : Task.FromException<IReadOnlyList<InspectedUpdate>>(InspectFault);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
