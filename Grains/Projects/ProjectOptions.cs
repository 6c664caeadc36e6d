using Microsoft.Extensions.Options;

namespace Granary.Grains.Projects;

/// <summary>Repositories in their projects: section <c>Granary:Repositories</c>.</summary>
public sealed class ProjectOptions
{
    public const string Section = "Granary:Repositories";

    /// <summary>How long a deleted repository can be restored. Default 7 days.</summary>
    public TimeSpan UndoPeriod { get; set; } = TimeSpan.FromDays(7);
}

internal sealed class ProjectOptionsValidator : IValidateOptions<ProjectOptions>
{
    public ValidateOptionsResult Validate(string? name, ProjectOptions options) =>
        options.UndoPeriod >= TimeSpan.Zero && options.UndoPeriod <= TimeSpan.FromDays(3650)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{ProjectOptions.Section}:UndoPeriod must be from 0 to 3650 days.");
}
