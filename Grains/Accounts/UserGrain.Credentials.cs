using System.Globalization;
using Granary.Accounts;

namespace Granary.Grains.Accounts;

/// <remarks>
/// A credential is entered in the user's list before its own grain is told, and taken out after: so the list names at least
/// what works, and whatever a crash left can be revoked and is released with the user.
/// </remarks>
internal sealed partial class UserGrain
{
    public async Task<Outcome<AccessTokenInfo>> AddTokenAsync(Caller caller, NewAccessToken token, CancellationToken cancellationToken)
    {
        if (Fault(caller) is { } refusal) return refusal;
        if (UserRules.Token(token, clock.GetUtcNow()) is { } fault) return fault;
        var kept = await DropExpiredAsync(cancellationToken);
        if (kept.Count >= UserRules.MaxTokens)
            return new Refusal(RefusalKind.ResourceExhausted, $"A user has at most {UserRules.MaxTokens} access tokens; revoke some first.");
        if (kept.Any(known => known.Hash == token.Hash)) return new Refusal(RefusalKind.AlreadyExists, "There is such a token already.");
        var info = new AccessTokenInfo(Guid.NewGuid(), token.Scope, clock.GetUtcNow(), token.ExpiresAt, token.Description);
        await _state.WriteAsync(User with { Tokens = [.. kept, new UserToken(info, token.Hash)] }, cancellationToken);
        var issued = await GrainFactory.GetAccessToken(token.Hash).IssueAsync(User.Owner, token.Scope, token.ExpiresAt, cancellationToken);
        if (issued.Refusal is not { } taken) return info;
        await _state.WriteAsync(User with { Tokens = kept }, cancellationToken);
        return taken;
    }

    public Task<Outcome<Page<AccessTokenInfo>>> ListTokensAsync(Caller caller, PageRequest page, CancellationToken cancellationToken)
    {
        if (Fault(caller) is { } refusal) return Task.FromResult<Outcome<Page<AccessTokenInfo>>>(refusal);
        var sorted = User.Tokens
            .Select(token => KeyValuePair.Create(SortKey(token.Info), token.Info))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal);
        return Task.FromResult<Outcome<Page<AccessTokenInfo>>>(Cut(sorted, page));
    }

    public async Task<Outcome> RevokeTokenAsync(Caller caller, Guid tokenId, CancellationToken cancellationToken)
    {
        if (Fault(caller) is { } refusal) return refusal;
        if (User.Tokens.FirstOrDefault(token => token.Info.TokenId == tokenId) is not { } found)
            return new Refusal(RefusalKind.NotFound, "There is no such access token.");
        await GrainFactory.GetAccessToken(found.Hash).RevokeAsync(cancellationToken);
        await _state.WriteAsync(User with { Tokens = [.. User.Tokens.Where(token => token != found)] }, cancellationToken);
        return Outcome.Done;
    }

    public async Task<Outcome<SshKeyInfo>> AddKeyAsync(Caller caller, SshPublicKey key, string title, CancellationToken cancellationToken)
    {
        if (Fault(caller) is { } refusal) return refusal;
        if (UserRules.Text("title", title) is { } fault) return fault;

        // Not the caller's word: the key is read again from its bytes.
        var line = $"{key.Algorithm} {Convert.ToBase64String(key.Blob)} {key.Comment}";
        if (!SshPublicKeyParser.TryParse(line, out var parsed, out var sentence)) return UserRules.Invalid(sentence);
        var grain = GrainFactory.GetSshKey(parsed.Fingerprint);
        if (Find(parsed.Fingerprint) is not null)
        {
            // Also heals a claim that a crash forgot.
            return (await grain.ClaimAsync(User.Owner, parsed, cancellationToken)).Refusal
                ?? new Refusal(RefusalKind.AlreadyExists, "The user has this SSH key already.");
        }

        if (User.Keys.Count >= UserRules.MaxKeys)
            return new Refusal(RefusalKind.ResourceExhausted, $"A user has at most {UserRules.MaxKeys} SSH keys; remove some first.");
        var info = new SshKeyInfo(parsed, title.Length > 0 ? title : parsed.Comment, clock.GetUtcNow());
        await _state.WriteAsync(User with { Keys = [.. User.Keys, info] }, cancellationToken);
        var claimed = await grain.ClaimAsync(User.Owner, parsed, cancellationToken);
        if (claimed.Refusal is not { } taken) return info;
        await _state.WriteAsync(User with { Keys = [.. User.Keys.Where(known => known != info)] }, cancellationToken);
        return taken;
    }

    public Task<Outcome<Page<SshKeyInfo>>> ListKeysAsync(Caller caller, PageRequest page, CancellationToken cancellationToken)
    {
        if (Fault(caller) is { } refusal) return Task.FromResult<Outcome<Page<SshKeyInfo>>>(refusal);
        var sorted = User.Keys
            .Select(info => KeyValuePair.Create(info.Key.Fingerprint, info))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal);
        return Task.FromResult<Outcome<Page<SshKeyInfo>>>(Cut(sorted, page));
    }

    public async Task<Outcome> RemoveKeyAsync(Caller caller, string fingerprint, CancellationToken cancellationToken)
    {
        if (Fault(caller) is { } refusal) return refusal;
        if (Find(fingerprint) is not { } found) return new Refusal(RefusalKind.NotFound, "The user has no such SSH key.");
        await GrainFactory.GetSshKey(found.Key.Fingerprint).ReleaseAsync(User.Owner, cancellationToken);
        await _state.WriteAsync(User with { Keys = [.. User.Keys.Where(known => known != found)] }, cancellationToken);
        return Outcome.Done;
    }

    /// <summary>By creation; the id tells apart what was made at the same moment.</summary>
    private static string SortKey(AccessTokenInfo token) =>
        string.Create(CultureInfo.InvariantCulture, $"{token.CreatedAt.UtcTicks:D19}-{token.TokenId:N}");

    private static Page<T> Cut<T>(IEnumerable<KeyValuePair<string, T>> sorted, PageRequest page)
    {
        var (items, nextAfter) = Paging.Take(
            sorted.Where(pair => (page.After is null || string.CompareOrdinal(pair.Key, page.After) > 0)
                && (page.Prefix is null || pair.Key.StartsWith(page.Prefix, StringComparison.Ordinal))),
            page.Size);
        return new Page<T>([.. items.Select(pair => pair.Value)], nextAfter);
    }

    private SshKeyInfo? Find(string fingerprint) => User.Keys.FirstOrDefault(info => info.Key.Fingerprint == fingerprint);

    /// <summary>The tokens without those that are of no use any more; their grains forget them first.</summary>
    private async Task<List<UserToken>> DropExpiredAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var token in User.Tokens.Where(token => token.Info.ExpiresAt <= now))
            await GrainFactory.GetAccessToken(token.Hash).RevokeAsync(cancellationToken);
        return [.. User.Tokens.Where(token => !(token.Info.ExpiresAt <= now))];
    }

    /// <summary>The record goes last, so that a crash leaves a deletion that can be finished.</summary>
    private async Task FinishDeletionAsync(CancellationToken cancellationToken)
    {
        var owner = User.Owner;
        await Task.WhenAll(User.Keys.Select(info => GrainFactory.GetSshKey(info.Key.Fingerprint).ReleaseAsync(owner, cancellationToken)));
        await Task.WhenAll(User.Tokens.Select(token => GrainFactory.GetAccessToken(token.Hash).RevokeAsync(cancellationToken)));
        await _state.ClearAsync(cancellationToken);
        await GrainFactory.GetDirectory(IDirectoryGrain.Users).RemoveAsync(owner.User.Value, cancellationToken);
    }
}
