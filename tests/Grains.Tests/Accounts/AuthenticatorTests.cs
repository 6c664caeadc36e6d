using System.Net;
using Granary.Accounts;
using Granary.Grains.Accounts;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Granary.Grains.Tests.Accounts;

[Collection(ClusterCollection.Name)]
public sealed class AuthenticatorTests
{
    private const string Password = "correct horse battery";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.7");

    private readonly ClusterFixture _cluster;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly AccountOptions _options = new();
    private readonly CountingHasher _hasher = new();
    private readonly Authenticator _authenticator;

    public AuthenticatorTests(ClusterFixture cluster)
    {
        _cluster = cluster;
        var throttle = new LoginThrottle(Options.Create(_options), _clock);
        var remembered = new RememberedLogins(Options.Create(_options), _clock);
        var passwords = new PasswordLogins(cluster.Grains, _hasher, throttle, remembered);
        _authenticator = new Authenticator(cluster.Grains, passwords, new KeyLogins(cluster.Grains, throttle), throttle, remembered);
    }

    [Fact]
    public async Task Authenticate_RightPassword_IsDerivedOnceAndGivesEverything()
    {
        var alice = await CreateAsync();
        for (var i = 0; i < 5; i++)
        {
            var result = await LoginAsync(alice.User!.Value.Value.ToUpperInvariant(), Password);
            Assert.Equal(AuthenticationStatus.Ok, result.Status);
            Assert.Equal(alice, result.Caller);
        }

        Assert.Equal(1, _hasher.Derivations);
        _clock.Advance(_options.RememberFor);
        await LoginAsync(alice, Password);
        Assert.Equal(2, _hasher.Derivations);
    }

    [Fact]
    public async Task Authenticate_ManyAtOnce_ShareOneDerivation()
    {
        var alice = await CreateAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => LoginAsync(alice, Password).AsTask()));
        Assert.All(results, result => Assert.Equal(AuthenticationStatus.Ok, result.Status));
        Assert.InRange(_hasher.Derivations, 1, 3);
    }

    [Fact]
    public async Task Authenticate_PasswordChanged_OldOneFailsAtOnce()
    {
        var alice = await CreateAsync();
        Assert.Equal(AuthenticationStatus.Ok, (await LoginAsync(alice, Password)).Status);
        await _cluster.Grains.GetUser(alice.User!.Value).SetPasswordAsync(alice, CountingHasher.Of("another password"), None);
        Assert.Equal(AuthenticationStatus.Failed, (await LoginAsync(alice, Password)).Status);
        Assert.Equal(AuthenticationStatus.Ok, (await LoginAsync(alice, "another password")).Status);
    }

    [Fact]
    public async Task Authenticate_DisabledOrRecreated_FailsAtOnce()
    {
        var alice = await CreateAsync();
        var user = _cluster.Grains.GetUser(alice.User!.Value);
        Assert.Equal(AuthenticationStatus.Ok, (await LoginAsync(alice, Password)).Status);
        await user.UpdateAsync(Caller.System, new UserChanges(IsDisabled: true), None);
        Assert.Equal(AuthenticationStatus.Failed, (await LoginAsync(alice, Password)).Status);
        await user.UpdateAsync(Caller.System, new UserChanges(IsDisabled: false), None);
        Assert.Equal(AuthenticationStatus.Ok, (await LoginAsync(alice, Password)).Status);
        await user.DeleteAsync(Caller.System, None);
        await _cluster.CreateUserAsync(alice.User.Value, CountingHasher.Of("another password"));
        Assert.Equal(AuthenticationStatus.Failed, (await LoginAsync(alice, Password)).Status);
    }

    [Fact]
    public async Task Authenticate_UnknownUser_CostsTheSameDerivation()
    {
        Assert.Equal(AuthenticationStatus.Failed, (await LoginAsync(ClusterFixture.NewName().Value, Password)).Status);
        Assert.Equal(1, _hasher.Derivations);
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("alice", "")]
    [InlineData("../etc", "password")]
    public async Task Authenticate_NothingThatCouldBe_CostsNothing(string user, string secret)
    {
        Assert.Equal(AuthenticationStatus.Failed, (await LoginAsync(user, secret)).Status);
        Assert.Equal(AuthenticationStatus.Failed, (await LoginAsync(new string('a', 100_000), Password)).Status);
        Assert.Equal(AuthenticationStatus.Failed, (await LoginAsync("alice", new string('a', 100_000))).Status);
        Assert.Equal(0, _hasher.Derivations);
    }

    [Fact]
    public async Task Authenticate_ManyFailures_WaitButNotTheRememberedOne()
    {
        var alice = await CreateAsync();
        Assert.Equal(AuthenticationStatus.Ok, (await LoginAsync(alice, Password)).Status);
        for (var i = 0; i < _options.FreeFailuresPerUser; i++)
            Assert.Equal(AuthenticationStatus.Failed, (await LoginAsync(alice, $"wrong password {i}")).Status);
        var waiting = Enumerable.Range(0, _options.MaxWaiters).Select(i => LoginAsync(alice, $"still wrong {i}").AsTask()).ToList();
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        var refused = await LoginAsync(alice, "one too many");
        Assert.Equal(AuthenticationStatus.TooManyAttempts, refused.Status);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.Equal(AuthenticationStatus.Ok, (await LoginAsync(alice, Password)).Status);
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.All(await Task.WhenAll(waiting), result => Assert.Equal(AuthenticationStatus.Failed, result.Status));
    }

    [Fact]
    public async Task AuthenticateToken_Scopes_AreGivenAndRevoked()
    {
        var alice = await CreateAsync();
        var user = _cluster.Grains.GetUser(alice.User!.Value);
        var made = await user.AddTokenAsync(alice, UserGrainTests.NewToken(out var token), None);
        var result = await _authenticator.AuthenticateTokenAsync(token, Address, None);
        Assert.Equal(alice with { Scope = AccessScope.Write }, result.Caller);
        Assert.Equal(AuthenticationStatus.Ok, (await LoginAsync(alice, token)).Status);
        Assert.Equal(AuthenticationStatus.Failed, (await LoginAsync(ClusterFixture.NewName().Value, token)).Status);
        Assert.True((await user.RevokeTokenAsync(alice, made.Value!.TokenId, None)).IsDone);
        Assert.Equal(AuthenticationStatus.Failed, (await _authenticator.AuthenticateTokenAsync(token, Address, None)).Status);
        Assert.Equal(0, _hasher.Derivations);
    }

    [Fact]
    public async Task AuthenticateToken_OwnerDisabledOrTokenExpired_Fails()
    {
        var alice = await CreateAsync();
        var user = _cluster.Grains.GetUser(alice.User!.Value);
        var lasting = UserGrainTests.NewToken(out var token);
        var brief = UserGrainTests.NewToken(out var expiring) with { ExpiresAt = _cluster.Clock.GetUtcNow().AddHours(1) };
        await user.AddTokenAsync(alice, lasting, None);
        await user.AddTokenAsync(alice, brief, None);
        Assert.Equal(AuthenticationStatus.Ok, (await _authenticator.AuthenticateTokenAsync(expiring, Address, None)).Status);
        _cluster.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(AuthenticationStatus.Failed, (await _authenticator.AuthenticateTokenAsync(expiring, Address, None)).Status);
        Assert.Equal(AuthenticationStatus.Ok, (await _authenticator.AuthenticateTokenAsync(token, Address, None)).Status);
        await user.UpdateAsync(Caller.System, new UserChanges(IsDisabled: true), None);
        Assert.Equal(AuthenticationStatus.Failed, (await _authenticator.AuthenticateTokenAsync(token, Address, None)).Status);
    }

    [Fact]
    public async Task AuthenticateToken_FailuresFromOneAddress_AreDelayed()
    {
        for (var i = 0; i < _options.FreeFailuresPerAddress; i++)
            Assert.Equal(AuthenticationStatus.Failed, (await _authenticator.AuthenticateTokenAsync(AccessToken.Generate(), Address, None)).Status);
        var waiting = _authenticator.AuthenticateTokenAsync(AccessToken.Generate(), Address, None).AsTask();
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(AuthenticationStatus.Failed, (await waiting).Status);
    }

    private Task<Caller> CreateAsync() => _cluster.CreateUserAsync(ClusterFixture.NewName(), CountingHasher.Of(Password));

    private ValueTask<AuthenticationResult> LoginAsync(Caller user, string secret) => LoginAsync(user.User!.Value.Value, secret);

    private ValueTask<AuthenticationResult> LoginAsync(string user, string secret) => _authenticator.AuthenticateAsync(user, secret, Address, None);

    /// <summary>Costs nothing and counts.</summary>
    private sealed class CountingHasher : IPasswordHasher
    {
        private int _derivations;

        public int Derivations => _derivations;

        public static PasswordHash Of(string password) => new("plain", 0, 0, [], System.Text.Encoding.UTF8.GetBytes(password));

        public Task<Outcome<PasswordHash>> HashAsync(string password, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<PasswordHash>>(Of(password));

        public async Task<bool> VerifyAsync(string password, PasswordHash? hash, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _derivations);
            await Task.Yield();
            return hash is not null && hash.Hash.AsSpan().SequenceEqual(Of(password).Hash);
        }
    }
}
