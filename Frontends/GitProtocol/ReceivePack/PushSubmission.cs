using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.GitProtocol.ReceivePack;

/// <summary>
/// The one call that moves refs. When its answer is lost, by whatever fault, the repository is asked what became of the
/// push, and from then on the push can no longer happen: the client is told the truth either way.
/// </summary>
public sealed partial class PushSubmission(IGrainFactory grains, ILogger logger)
{
    /// <summary>Cannot be cancelled: the answer counts whether or not anybody still waits for it.</summary>
    public async Task<PushOutcome> ApplyAsync(RepositoryId repository, PushRequest push)
    {
#pragma warning disable CA1031 // After the call was sent no exception tells whether the refs moved.
        var grain = grains.GetRepository(repository);
        try
        {
            return await grain.ApplyPushAsync(push, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            LogAnswerLost(fault, repository, push.PushId);
        }

        try
        {
            if (await grain.GetPushOutcomeAsync(push.PushId, CancellationToken.None).ConfigureAwait(false) is { } outcome) return outcome;
            return Refuse("the server could not store the push; nothing was changed, please try again");
        }
        catch (Exception fault)
        {
            LogOutcomeUnknown(fault, repository, push.PushId);
            return Refuse("the server failed while it stored the push; fetch to see whether it arrived before you try again");
        }

#pragma warning restore CA1031
        PushOutcome Refuse(string message) =>
            new([.. push.Updates.Select(u => new RefUpdateResult(u.Name, RefUpdateStatus.NotAttempted, message))], 0);
    }
}
