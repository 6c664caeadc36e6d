using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Archives;

internal sealed class ArchiveOptionsValidator : IValidateOptions<ArchiveOptions>
{
    public ValidateOptionsResult Validate(string? name, ArchiveOptions options) => options.MaxSize < 1
        ? ValidateOptionsResult.Fail($"{ArchiveOptions.Section}:{nameof(ArchiveOptions.MaxSize)}: must be positive.")
        : ValidateOptionsResult.Success;
}
