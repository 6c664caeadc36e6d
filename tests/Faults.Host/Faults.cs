using System.IO.Pipelines;
using Granary.Git;
using Granary.Grains.Git.Packs;
using Granary.Grains.Git.Refs;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Faults.Host;

/// <summary>Within the repository's turn.</summary>
internal sealed class TurnFaults(FaultPoints points) : IWriteObserver
{
    public void Reached(WriteStep step) => points.Reach(step.ToString());
}

/// <summary>Between the turn and whoever waits for its answer.</summary>
internal sealed class AnswerFaults(FaultPoints points) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context.MethodName == nameof(IRepositoryGrain.ApplyPushAsync)) points.Reach("GrainAnswered");
    }
}

/// <summary>Around the turn: while the pack comes, is looked at, and when the client has its answer.</summary>
internal sealed class FaultyPackReceiver(PackReceiver inner, FaultPoints points) : IPackReceiver
{
    public IQuarantine Open(
        RepositoryId repository, Guid pushId, Requester requester, RepositoryPolicy? policy = null, IReadOnlyList<string>? fsckIgnore = null) =>
        new FaultyQuarantine(inner.Open(repository, pushId, requester, policy, fsckIgnore), points);

    private sealed class FaultyQuarantine(IQuarantine inner, FaultPoints points) : IQuarantine
    {
        public bool HasObjects => inner.HasObjects;

        public async Task ReceiveAsync(PipeReader pack, PackEnd end, IPackListener? listener, CancellationToken cancellationToken)
        {
            await inner.ReceiveAsync(pack, end, new Listener(listener, points), cancellationToken);
            points.Reach("PackReceived");
        }

        public async Task<IReadOnlyList<InspectedUpdate>> InspectAsync(
            RefSnapshot refs, IReadOnlyList<RefUpdate> updates, CancellationToken cancellationToken)
        {
            var inspected = await inner.InspectAsync(refs, updates, cancellationToken);
            points.Reach("Inspected");
            return inspected;
        }

        public ValueTask DisposeAsync()
        {
            points.Reach("ClientAnswered");
            return inner.DisposeAsync();
        }
    }

    /// <summary>Told when the last byte has come: the quarantine is there and git at work in it.</summary>
    private sealed class Listener(IPackListener? inner, FaultPoints points) : IPackListener
    {
        public bool WantsProgress => inner?.WantsProgress == true;

        public void Received()
        {
            points.Reach("QuarantineMade");
            inner?.Received();
        }

        public void Progress(ReadOnlyMemory<byte> line) => inner?.Progress(line);
    }
}
