using Granary.Accounts;
using Granary.Grains.Accounts;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Tests.Accounts;

public sealed class Argon2PasswordHasherTests : IDisposable
{
    private readonly Argon2PasswordHasher _hasher = new(Options.Create(new AccountOptions { MaxConcurrentDerivations = 1 }));

    public void Dispose() => _hasher.Dispose();

    [Fact]
    public async Task Verify_RightAndWrong_TellsThemApart()
    {
        var hash = (await _hasher.HashAsync("correct horse", CancellationToken.None)).Value!;
        Assert.Equal(("argon2id", 19456, 2), (hash.Algorithm, hash.MemoryKiB, hash.Passes));
        Assert.True(await _hasher.VerifyAsync("correct horse", hash, CancellationToken.None));
        Assert.False(await _hasher.VerifyAsync("correct hors", hash, CancellationToken.None));
        Assert.False(await _hasher.VerifyAsync("correct horse", null, CancellationToken.None));
        Assert.False(await _hasher.VerifyAsync("correct horse", hash with { Algorithm = "plain" }, CancellationToken.None));
        Assert.False(await _hasher.VerifyAsync("correct horse", hash with { MemoryKiB = int.MaxValue }, CancellationToken.None));
    }

    [Fact]
    public async Task Hash_SamePasswordTwice_HasTwoSalts()
    {
        var first = (await _hasher.HashAsync("correct horse", CancellationToken.None)).Value!;
        var second = (await _hasher.HashAsync("correct horse", CancellationToken.None)).Value!;
        Assert.NotEqual(first.Salt, second.Salt);
        Assert.NotEqual(first.Hash, second.Hash);
        Assert.DoesNotContain("correct", first.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1025)]
    public async Task Hash_BadLength_IsRefused(int length) =>
        Assert.Equal(RefusalKind.InvalidArgument, (await _hasher.HashAsync(new string('x', length), CancellationToken.None)).Refusal!.Kind);
}
