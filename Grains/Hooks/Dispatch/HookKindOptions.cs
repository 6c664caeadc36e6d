using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Dispatch;

/// <summary>What every kind of job with workers has: section <c>Granary:Hooks:KIND</c>.</summary>
internal sealed class HookKindOptions
{
    /// <summary>The most jobs of the kind at once on a silo. The same on all silos: Orleans takes the number of the first one.</summary>
    public int MaxLocalWorkers { get; set; }
}

internal sealed class HookKindOptionsValidator(HookKind kind) : IValidateOptions<HookKindOptions>
{
    public const int Most = 10_000;

    public ValidateOptionsResult Validate(string? name, HookKindOptions options) =>
        name != kind.Name ? ValidateOptionsResult.Skip
        : options.MaxLocalWorkers is >= 1 and <= Most ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{kind.SettingsPath}:{nameof(HookKindOptions.MaxLocalWorkers)} must be from 1 to {Most}.");
}
