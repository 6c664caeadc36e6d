using Granary.Accounts;
using Granary.Grains.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Tests.Accounts;

/// <summary>On a cluster of its own: it is about a server without administrators.</summary>
public sealed class AdminBootstrapTests : IAsyncLifetime
{
    private readonly ClusterFixture _cluster = new();

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Run_FirstAndLaterStarts_MakesTheAdministratorOnce()
    {
        var file = Path.Combine(_cluster.Folder, AdminOptions.PasswordFileName);

        // A start that was killed between the file and the user.
        AdminPasswordFile.Write(file, "left by a killed start");
        var bootstrap = _cluster.Services(0).GetRequiredService<AdminBootstrap>();
        var first = await bootstrap.RunAsync(CancellationToken.None);
        Assert.Equal(new AdminBootstrapResult(true, "admin", "left by a killed start", file), first);
        var login = await _cluster.Services(1).GetRequiredService<IAuthenticator>().AuthenticateAsync(
            "admin", first.GeneratedPassword!, null, CancellationToken.None);
        Assert.True(login.Caller!.IsAdministrator);

        File.Delete(file);
        Assert.False((await bootstrap.RunAsync(CancellationToken.None)).Created);
        Assert.False(File.Exists(file));

        // Another name in the settings is no second way in.
        var other = new AdminBootstrap(
            _cluster.Grains,
            _cluster.Services(0).GetRequiredService<IPasswordHasher>(),
            Options.Create(new AdminOptions { UserName = "root", Password = "configured password" }),
            NullLogger<AdminBootstrap>.Instance);
        Assert.False((await other.RunAsync(CancellationToken.None)).Created);
    }

    [Fact]
    public void PasswordFile_New_IsForItsOwnerOnly()
    {
        var file = Path.Combine(_cluster.Folder, "another-password");
        var password = AdminPasswordFile.ReadOrCreate(file);
        Assert.Equal(24, password.Length);
        Assert.Equal(password, AdminPasswordFile.ReadOrCreate(file));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void Validate_EverythingWrong_NamesAllKeys()
    {
        var admin = new AdminOptionsValidator().Validate(null, new AdminOptions { UserName = "a b", Password = "short" });
        Assert.Equal(2, admin.Failures!.Count());
        var accounts = new AccountOptionsValidator().Validate(
            null, new AccountOptions { MaxConcurrentDerivations = 0, FreeFailuresPerUser = 0, FirstDelay = TimeSpan.FromHours(1) });
        Assert.Equal(3, accounts.Failures!.Count());
        Assert.All(accounts.Failures!, fault => Assert.StartsWith("Granary:Accounts:", fault, StringComparison.Ordinal));
        Assert.True(new AccountOptionsValidator().Validate(null, new AccountOptions()).Succeeded);
    }
}
