using Granary.Accounts;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Accounts;

/// <summary>Gives the administrator of the first start a new password, and its rights back: for whoever owns the data.</summary>
public sealed class AdminPasswordReset(IGrainFactory grains, IPasswordHasher hasher, IOptions<AdminOptions> options)
{
    /// <param name="password">The new password; null: one is generated and kept in the password file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The name of the user and, if it was generated, where the password is kept.</returns>
    public async Task<(Refusal? Refusal, string UserName, string? PasswordFile)> RunAsync(string? password, CancellationToken cancellationToken)
    {
        var name = UserName.Parse(options.Value.UserName);
        var file = password is null ? options.Value.PasswordFile : null;
        if (file is not null)
        {
            File.Delete(file);
            password = AdminPasswordFile.ReadOrCreate(file);
        }

        var hash = await hasher.HashAsync(password!, cancellationToken);
        if (hash.Refusal is not null) return (hash.Refusal, name.Value, null);
        var user = grains.GetUser(name);
        var enabled = await user.UpdateAsync(Caller.System, new UserChanges(IsAdministrator: true, IsDisabled: false), cancellationToken);
        if (enabled.Refusal is not null) return (enabled.Refusal, name.Value, null);
        var set = await user.SetPasswordAsync(Caller.System, hash.Value!, cancellationToken);
        return (set.Refusal, name.Value, file);
    }
}
