using Orleans.Concurrency;

namespace Granary.Accounts;

/// <summary>One user, keyed by <see cref="UserName.Key"/>.</summary>
[Alias("granary.IUserGrain"), GrainInterfaceType("granary.user")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>Makes the user; for administrators.</summary>
    [Alias("Create")]
    Task<Outcome<UserInfo>> CreateAsync(Caller caller, NewUser user, CancellationToken cancellationToken);

    /// <summary>The user, or null.</summary>
    [AlwaysInterleave, Alias("GetInfo")]
    Task<UserInfo?> GetInfoAsync(CancellationToken cancellationToken);

    /// <summary>What a login by that SSH key needs; null when the user is not there, is disabled or has no such key.</summary>
    [AlwaysInterleave, Alias("GetKeyLoginState")]
    ValueTask<LoginState?> GetKeyLoginStateAsync(Guid userId, string fingerprint, CancellationToken cancellationToken);

    /// <summary>What a login needs; null when there is no such user or it is disabled.</summary>
    [AlwaysInterleave, Alias("GetLoginState")]
    ValueTask<LoginState?> GetLoginStateAsync(CancellationToken cancellationToken);

    /// <summary>The password's hash; null when there is none. Asked only when a password must be derived.</summary>
    [AlwaysInterleave, Alias("GetPasswordHash")]
    Task<PasswordHash?> GetPasswordHashAsync(CancellationToken cancellationToken);

    /// <summary>Changes the user. Users change their own names and mail; the flags need an administrator. The last administrator stays.</summary>
    [Alias("Update")]
    Task<Outcome<UserInfo>> UpdateAsync(Caller caller, UserChanges changes, CancellationToken cancellationToken);

    [Alias("SetPassword")]
    Task<Outcome> SetPasswordAsync(Caller caller, PasswordHash password, CancellationToken cancellationToken);

    /// <summary>Deletes the user with its keys and tokens, at once.</summary>
    [Alias("Delete")]
    Task<Outcome> DeleteAsync(Caller caller, CancellationToken cancellationToken);

    [Alias("AddToken")]
    Task<Outcome<AccessTokenInfo>> AddTokenAsync(Caller caller, NewAccessToken token, CancellationToken cancellationToken);

    /// <summary>Sorted by creation; a user has at most 100.</summary>
    [Alias("ListTokens")]
    Task<Outcome<Page<AccessTokenInfo>>> ListTokensAsync(Caller caller, PageRequest page, CancellationToken cancellationToken);

    [Alias("RevokeToken")]
    Task<Outcome> RevokeTokenAsync(Caller caller, Guid tokenId, CancellationToken cancellationToken);

    /// <summary>Adds a key; refused when the fingerprint is anybody's already.</summary>
    [Alias("AddKey")]
    Task<Outcome<SshKeyInfo>> AddKeyAsync(Caller caller, SshPublicKey key, string title, CancellationToken cancellationToken);

    /// <summary>Sorted by fingerprint; a user has at most 100.</summary>
    [Alias("ListKeys")]
    Task<Outcome<Page<SshKeyInfo>>> ListKeysAsync(Caller caller, PageRequest page, CancellationToken cancellationToken);

    [Alias("RemoveKey")]
    Task<Outcome> RemoveKeyAsync(Caller caller, string fingerprint, CancellationToken cancellationToken);
}
