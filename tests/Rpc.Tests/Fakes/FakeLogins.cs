using System.Net;
using Granary.Accounts;

namespace Granary.Frontends.Rpc.Tests.Fakes;

/// <summary>Knows alice (password <c>secret</c>, token <c>alice-token</c>) and root (<c>secret</c>); the user "many" tried too often.</summary>
internal sealed class FakeLogins : IAuthenticator, IPasswordHasher
{
    public static Guid AliceId { get; } = new("00000000-0000-0000-0000-00000000000a");

    public static Caller Alice { get; } = new(UserName.Parse("alice"), AliceId, false, AccessScope.Admin);

    public static Caller Root { get; } = new(UserName.Parse("root"), Guid.NewGuid(), true, AccessScope.Admin);

    public IPAddress? LastAddress { get; private set; }

    public int Hashed { get; private set; }

    public ValueTask<AuthenticationResult> AuthenticateAsync(
        string userName, string secret, IPAddress? address, CancellationToken cancellationToken)
    {
        LastAddress = address;
        return ValueTask.FromResult((userName, secret) switch
        {
            ("alice", "secret") => new AuthenticationResult(AuthenticationStatus.Ok, Alice),
            ("root", "secret") => new AuthenticationResult(AuthenticationStatus.Ok, Root),
            ("many", _) => new AuthenticationResult(AuthenticationStatus.TooManyAttempts, null, TimeSpan.FromSeconds(7)),
            _ => AuthenticationResult.Failed,
        });
    }

    public ValueTask<AuthenticationResult> AuthenticateTokenAsync(string token, IPAddress? address, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            token == "alice-token" ? new AuthenticationResult(AuthenticationStatus.Ok, Alice) : AuthenticationResult.Failed);

    public ValueTask<AuthenticationResult> ActForAsync(UserName user, Caller proved, CancellationToken cancellationToken) => ValueTask.FromResult(user.Key switch
    {
        "alice" => new AuthenticationResult(AuthenticationStatus.Ok, Alice with { Scope = proved.Scope }),
        "root" => new AuthenticationResult(AuthenticationStatus.Ok, Root with { Scope = proved.Scope }),
        _ => AuthenticationResult.Failed,
    });

    public ValueTask<bool> IsKnownKeyAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<AuthenticationResult> AuthenticateKeyAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Outcome<PasswordHash>> HashAsync(string password, CancellationToken cancellationToken)
    {
        Hashed++;
        return Task.FromResult<Outcome<PasswordHash>>(
            password.Length < IPasswordHasher.MinPasswordLength
                ? new Refusal(RefusalKind.InvalidArgument, "A password needs at least 8 characters.")
                : new PasswordHash("fake", 1, 1, [], []));
    }

    public Task<bool> VerifyAsync(string password, PasswordHash? hash, CancellationToken cancellationToken) => throw new NotSupportedException();
}
