using System.Net;
using Granary.Accounts;

namespace Granary.Frontends.Ssh.Git.Tests.Fakes;

/// <summary>Knows the keys that a test gives it.</summary>
internal sealed class FakeLogins : IAuthenticator
{
    public Dictionary<string, Caller> Keys { get; } = [];

    public ValueTask<AuthenticationResult> ActForAsync(UserName user, Caller proved, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> IsKnownKeyAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Keys.ContainsKey(fingerprint));

    public ValueTask<AuthenticationResult> AuthenticateKeyAsync(string fingerprint, IPAddress? address, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Keys.TryGetValue(fingerprint, out var caller) ? new AuthenticationResult(AuthenticationStatus.Ok, caller) : AuthenticationResult.Failed);

    public ValueTask<AuthenticationResult> AuthenticateAsync(string userName, string secret, IPAddress? address, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<AuthenticationResult> AuthenticateTokenAsync(string token, IPAddress? address, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
