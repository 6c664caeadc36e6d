using Microsoft.Extensions.Options;

namespace Granary.Frontends.Http;

/// <summary>Validates options that list their own faults.</summary>
internal sealed class FaultsValidator<T>(Func<T, IEnumerable<string>> faults) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var found = faults(options).ToList();
        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }
}
