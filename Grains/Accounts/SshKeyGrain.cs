using Granary.Accounts;
using Granary.Grains.Storage;

namespace Granary.Grains.Accounts;

[GrainType("granary.sshkey")]
internal sealed class SshKeyGrain([PersistentState("key")] IPersistentState<SshKeyState> state) : Grain, ISshKeyGrain
{
    private readonly DurableRecord<SshKeyState> _state = new(state);
    private ShortStay? _stay;

    public Task<Outcome> ClaimAsync(CredentialOwner owner, SshPublicKey key, CancellationToken cancellationToken) =>
        ClaimAsync(new SshKeyState { Owner = owner, Key = key }, cancellationToken);

    public Task<Outcome> ClaimForRepositoryAsync(DeployKeyOwner owner, SshPublicKey key, CancellationToken cancellationToken) =>
        ClaimAsync(new SshKeyState { Repository = owner, Key = key }, cancellationToken);

    public async Task ReleaseAsync(CredentialOwner owner, CancellationToken cancellationToken)
    {
        if (_state.Value.Owner == owner) await _state.ClearAsync(cancellationToken);
    }

    public async Task ReleaseFromRepositoryAsync(DeployKeyOwner owner, CancellationToken cancellationToken)
    {
        if (_state.Value.Repository == owner) await _state.ClearAsync(cancellationToken);
    }

    public ValueTask<CredentialOwner?> GetOwnerAsync(CancellationToken cancellationToken)
    {
        LeaveIfNobodys();
        return ValueTask.FromResult(_state.Value.Owner);
    }

    public ValueTask<SshKeyHolder?> GetHolderAsync(CancellationToken cancellationToken)
    {
        LeaveIfNobodys();
        return ValueTask.FromResult(_state.Value.IsTaken ? new SshKeyHolder(_state.Value.Owner, _state.Value.Repository) : null);
    }

    private async Task<Outcome> ClaimAsync(SshKeyState claim, CancellationToken cancellationToken)
    {
        if (claim.Key!.Fingerprint != this.GetPrimaryKeyString()) return new Refusal(RefusalKind.InvalidArgument, "The key has another fingerprint.");
        if (_state.Value.IsTaken)
        {
            return _state.Value.Owner == claim.Owner && _state.Value.Repository == claim.Repository
                ? Outcome.Done
                : new Refusal(RefusalKind.AlreadyExists, "This SSH key is in use on this server already.");
        }

        await _state.WriteAsync(claim, cancellationToken);
        return Outcome.Done;
    }

    /// <summary>Anybody may ask for any fingerprint: what is not there shall not stay in memory.</summary>
    private void LeaveIfNobodys()
    {
        if (!_state.Value.IsTaken) (_stay ??= new ShortStay(this)).Leave();
    }
}
