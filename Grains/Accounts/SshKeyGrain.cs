using Granary.Accounts;
using Granary.Grains.Storage;

namespace Granary.Grains.Accounts;

[GrainType("granary.sshkey")]
internal sealed class SshKeyGrain([PersistentState("key")] IPersistentState<SshKeyState> state) : Grain, ISshKeyGrain
{
    private readonly DurableRecord<SshKeyState> _state = new(state);
    private ShortStay? _stay;

    public async Task<Outcome> ClaimAsync(CredentialOwner owner, SshPublicKey key, CancellationToken cancellationToken)
    {
        if (key.Fingerprint != this.GetPrimaryKeyString()) return new Refusal(RefusalKind.InvalidArgument, "The key has another fingerprint.");
        if (_state.Value.Owner == owner) return Outcome.Done;
        if (_state.Value.Owner is not null) return new Refusal(RefusalKind.AlreadyExists, "This SSH key is in use on this server already.");
        await _state.WriteAsync(new SshKeyState { Owner = owner, Key = key }, cancellationToken);
        return Outcome.Done;
    }

    public async Task ReleaseAsync(CredentialOwner owner, CancellationToken cancellationToken)
    {
        if (_state.Value.Owner == owner) await _state.ClearAsync(cancellationToken);
    }

    public ValueTask<CredentialOwner?> GetOwnerAsync(CancellationToken cancellationToken)
    {
        // Anybody may ask for any fingerprint: what is not there shall not stay in memory.
        if (_state.Value.Owner is null) (_stay ??= new ShortStay(this)).Leave();
        return ValueTask.FromResult(_state.Value.Owner);
    }
}
