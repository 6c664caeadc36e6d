using System.Collections.Concurrent;
using Granary.Accounts;

namespace Granary.Grains.Accounts;

/// <summary>Whether a password was right, for which state of the user; or when to come back.</summary>
internal sealed record VerifiedPassword(LoginState? State, TimeSpan? RetryAfter = null);

/// <summary>Derives the passwords that are not remembered: throttled, and once for all logins with the same one at a time.</summary>
internal sealed class PasswordLogins(IGrainFactory grains, IPasswordHasher hasher, LoginThrottle throttle, RememberedLogins remembered)
{
    /// <summary>Logins that may share one derivation; it is the bound on what waits, not on anything legal.</summary>
    private const int MaxSharers = 1024;

    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Flight> _flights = new(StringComparer.Ordinal);

    public async Task<VerifiedPassword> VerifyAsync(
        UserName name, string password, SecretDigest digest, string? addressKey, CancellationToken cancellationToken)
    {
        var key = Convert.ToBase64String(digest.Bytes);
        var flight = _flights.GetOrAdd(key, static _ => new Flight());
        if (!flight.TryShare(MaxSharers)) return new VerifiedPassword(null, Crowded);

        // Not cancelled with the one who began it: others wait for it too.
        if (flight.TryBegin()) _ = RunAsync(key, flight, name, password, digest, addressKey);
        return await flight.Result.WaitAsync(cancellationToken);
    }

    private async Task RunAsync(string key, Flight flight, UserName name, string password, SecretDigest digest, string? addressKey)
    {
        try
        {
            var result = await DeriveAsync(name, password, digest, addressKey);
            _flights.TryRemove(key, out _);
            flight.Complete(result);
        }
        catch (Exception fault)
        {
            _flights.TryRemove(key, out _);
            flight.Fail(fault);
        }
    }

    private async Task<VerifiedPassword> DeriveAsync(UserName name, string password, SecretDigest digest, string? addressKey)
    {
        var userKey = LoginThrottle.UserKey(name.Key);
        if (await throttle.WaitAsync(userKey, addressKey, CancellationToken.None) is { } retryAfter)
            return new VerifiedPassword(null, retryAfter);

        // In this order: a password changed in between is then remembered for the version before it, which is never met again.
        var user = grains.GetUser(name);
        var state = await user.GetLoginStateAsync(CancellationToken.None);
        var hash = state is null ? null : await user.GetPasswordHashAsync(CancellationToken.None);
        if (!await hasher.VerifyAsync(password, hash, CancellationToken.None))
        {
            throttle.Failed(addressKey);
            return new VerifiedPassword(null);
        }

        throttle.Succeeded(userKey);
        remembered.Remember(name.Key, digest, state!.UserId, state.CredentialVersion);
        return new VerifiedPassword(state);
    }

    /// <summary>One derivation and those who wait for it.</summary>
    private sealed class Flight
    {
        private readonly TaskCompletionSource<VerifiedPassword> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _sharers;
        private int _begun;

        public Task<VerifiedPassword> Result => _result.Task;

        public bool TryShare(int limit) => Interlocked.Increment(ref _sharers) <= limit;

        public bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;

        public void Complete(VerifiedPassword result) => _result.TrySetResult(result);

        public void Fail(Exception fault) => _result.TrySetException(fault);
    }
}
