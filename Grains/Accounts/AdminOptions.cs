using Granary.Accounts;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Accounts;

/// <summary>The first administrator: section <c>Granary:Admin</c>.</summary>
public sealed class AdminOptions
{
    public const string Section = "Granary:Admin";
    public const string PasswordFileName = "admin-password";

    /// <summary>The user made at the first start. Default <c>admin</c>.</summary>
    public string UserName { get; set; } = "admin";

    /// <summary>The password of that user. Default none: one is generated and kept in <see cref="PasswordFile"/>.</summary>
    public string? Password { get; set; }

    /// <summary>Where a generated password is kept, mode 0600. Default <c>admin-password</c> in <c>Granary:DataPath</c>.</summary>
    public string PasswordFile { get; set; } = "";
}

internal sealed class AdminOptionsValidator : IValidateOptions<AdminOptions>
{
    public ValidateOptionsResult Validate(string? name, AdminOptions options)
    {
        var faults = new List<string>();
        if (!UserName.TryParse(options.UserName, out _, out var fault)) faults.Add($"{AdminOptions.Section}:UserName: {fault}");
        if (options.Password is { Length: < IPasswordHasher.MinPasswordLength or > IPasswordHasher.MaxPasswordLength })
        {
            faults.Add(
                $"{AdminOptions.Section}:Password must have from {IPasswordHasher.MinPasswordLength} to {IPasswordHasher.MaxPasswordLength} characters.");
        }

        if (options.Password is null && string.IsNullOrWhiteSpace(options.PasswordFile))
            faults.Add($"{AdminOptions.Section}:Password or Granary:DataPath must be set.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
