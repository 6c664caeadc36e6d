using Granary.Accounts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Accounts;

/// <summary>What the first start did.</summary>
/// <param name="Created">Whether the administrator was made now.</param>
/// <param name="UserName">Its name.</param>
/// <param name="GeneratedPassword">Its password when it was generated: to be printed once.</param>
/// <param name="PasswordFile">Where the generated password is kept.</param>
public sealed record AdminBootstrapResult(bool Created, string UserName, string? GeneratedPassword, string? PasswordFile);

/// <summary>
/// Makes the first administrator; to be called once the silo is active. A generated password is on disk before the user is
/// made, and one found there is used again: a crash in between heals at the next start. With any administrator there
/// already, nothing is changed.
/// </summary>
public sealed partial class AdminBootstrap
{
    private readonly IGrainFactory _grains;
    private readonly IPasswordHasher _hasher;
    private readonly AdminOptions _options;
    private readonly ILogger _logger;

    public AdminBootstrap(IGrainFactory grains, IPasswordHasher hasher, IOptions<AdminOptions> options, ILogger<AdminBootstrap> logger)
    {
        _grains = grains;
        _hasher = hasher;
        _options = options.Value;
        _logger = logger;
    }

    public async Task<AdminBootstrapResult> RunAsync(CancellationToken cancellationToken)
    {
        var name = UserName.Parse(_options.UserName);
        var nothing = new AdminBootstrapResult(false, name.Value, null, null);
        var user = _grains.GetUser(name);
        if (await user.GetInfoAsync(cancellationToken) is not null) return nothing;
        var administrators = await _grains.GetDirectory(DirectoryGrain.Administrators).ListAsync(new PageRequest(1, null), cancellationToken);
        if (administrators.Items.Count > 0) return nothing;

        var generated = _options.Password is null ? AdminPasswordFile.ReadOrCreate(_options.PasswordFile) : null;
        var hash = await _hasher.HashAsync(_options.Password ?? generated!, cancellationToken);
        if (hash.Refusal is { } weak) throw new InvalidOperationException($"The administrator's password was refused. {weak.Message}");
        var created = await user.CreateAsync(
            Caller.System, new NewUser(name, hash.Value, "Administrator", IsAdministrator: true), cancellationToken);

        // Another silo of the fleet was faster.
        if (created.Refusal is { Kind: RefusalKind.AlreadyExists }) return nothing;
        if (created.Refusal is { } refusal) throw new InvalidOperationException($"The administrator was not made. {refusal.Message}");
        LogCreated(name.Value);
        return new AdminBootstrapResult(true, name.Value, generated, generated is null ? null : _options.PasswordFile);
    }

    [LoggerMessage(1, LogLevel.Information, "The administrator '{UserName}' was made.")]
    private partial void LogCreated(string userName);
}
