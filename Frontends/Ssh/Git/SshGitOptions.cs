using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Git;

/// <summary>Git over SSH: section <c>Granary:Ssh</c>. Address, port and the protocol's own limits are in other options of it.</summary>
public sealed class SshGitOptions
{
    public const string Section = "Granary:Ssh";

    /// <summary>The user name that all log in with; who somebody is, the key tells. Default <c>git</c>.</summary>
    public string LoginName { get; set; } = "git";
}

internal sealed class SshGitOptionsValidator : IValidateOptions<SshGitOptions>
{
    private const int MaxLength = 64;

    public ValidateOptionsResult Validate(string? name, SshGitOptions options) =>
        options.LoginName.Length is > 0 and <= MaxLength && options.LoginName.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{SshGitOptions.Section}:LoginName: must be 1 to {MaxLength} ASCII letters, digits, '-', '_' or '.'.");
}
