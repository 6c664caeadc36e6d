using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests.ReceivePack;

public sealed class PushInstrumentsTests
{
    [Theory]
    [InlineData("accepted", RefUpdateStatus.Ok, RefUpdateStatus.Ok)]
    [InlineData("partly-accepted", RefUpdateStatus.LockFailure, RefUpdateStatus.Ok)]
    [InlineData("stale", RefUpdateStatus.NotAttempted, RefUpdateStatus.LockFailure)]
    [InlineData("refused", RefUpdateStatus.NotAttempted, RefUpdateStatus.RejectedNonFastForward)]
    [InlineData("refused", RefUpdateStatus.RejectedOtherReason)]
    [InlineData("failed", RefUpdateStatus.NotAttempted, RefUpdateStatus.NotAttempted)]
    public void OutcomeOf_Results_IsTheirOneWord(string expected, params RefUpdateStatus[] statuses) => Assert.Equal(
        expected, PushInstruments.OutcomeOf([.. statuses.Select(static s => new CommandResult([], s == RefUpdateStatus.Ok, null, s))]));
}
