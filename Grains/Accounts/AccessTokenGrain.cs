using Granary.Accounts;
using Granary.Grains.Storage;

namespace Granary.Grains.Accounts;

[GrainType("granary.accesstoken")]
internal sealed class AccessTokenGrain(
    [PersistentState("token")] IPersistentState<AccessTokenState> state, TimeProvider clock) : Grain, IAccessTokenGrain
{
    private readonly DurableRecord<AccessTokenState> _state = new(state);
    private ShortStay? _stay;

    public async Task<Outcome> IssueAsync(
        CredentialOwner owner, AccessScope scope, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var next = new AccessTokenState { Owner = owner, Scope = scope, ExpiresAt = expiresAt };
        if (_state.Value == next) return Outcome.Done;
        if (_state.Value.Owner is not null) return new Refusal(RefusalKind.AlreadyExists, "There is such a token already.");
        await _state.WriteAsync(next, cancellationToken);
        return Outcome.Done;
    }

    public async Task RevokeAsync(CancellationToken cancellationToken)
    {
        if (_state.Value.Owner is not null) await _state.ClearAsync(cancellationToken);
    }

    public ValueTask<TokenGrant?> GetGrantAsync(CancellationToken cancellationToken)
    {
        var token = _state.Value;
        if (token.Owner is { } owner && (token.ExpiresAt is not { } expiry || expiry > clock.GetUtcNow()))
            return ValueTask.FromResult<TokenGrant?>(new TokenGrant(owner, token.Scope));

        // Anybody may ask for any token: what gives nothing shall not stay in memory.
        (_stay ??= new ShortStay(this)).Leave();
        return ValueTask.FromResult<TokenGrant?>(null);
    }
}
