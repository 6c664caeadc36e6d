using System.Text;
using Granary.Accounts;

namespace Granary.Frontends.Rpc.Tests.Login;

public sealed class LoginCredentialsTests
{
    [Theory]
    [InlineData("Basic", "alice:secret", "alice", "secret")]
    [InlineData("basic", "alice:se:cret", "alice", "se:cret")]
    [InlineData("BASIC", "ありす:パスワード", "ありす", "パスワード")]
    [InlineData("Basic", "alice:", "alice", "")]
    public void Basic_IsRead(string scheme, string text, string user, string secret)
    {
        Assert.True(LoginCredentials.TryParse($"{scheme} {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}", out var credentials));
        Assert.Equal(new LoginCredentials(user, secret), credentials);
    }

    [Fact]
    public void Bearer_IsRead()
    {
        Assert.True(LoginCredentials.TryParse("bearer gry_x", out var credentials));
        Assert.Equal(new LoginCredentials(null, "gry_x"), credentials);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Bearer ")]
    [InlineData("Basic ???")]
    [InlineData("Basic YWxpY2U=")]
    [InlineData("Basic //8=")]
    [InlineData("Digest username=alice")]
    public void Nonsense_IsRefused(string header) => Assert.False(LoginCredentials.TryParse(header, out _));

    [Fact]
    public void ToString_HidesTheSecret() =>
        Assert.DoesNotContain("secret", new LoginCredentials("alice", "secret").ToString(), StringComparison.Ordinal);
}
