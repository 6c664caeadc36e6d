using Microsoft.Extensions.Options;

namespace Granary.Grains.Storage;

internal sealed class SqliteStorageOptionsValidator : IValidateOptions<SqliteStorageOptions>
{
    private const string Section = "Granary:Storage:Sqlite";

    public ValidateOptionsResult Validate(string? name, SqliteStorageOptions options)
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Path)) faults.Add($"{Section}:Path is not set.");
        if (options.Readers is < 1 or > 64) faults.Add($"{Section}:Readers must be from 1 to 64.");
        if (options.MaxBatch is < 1 or > 10_000) faults.Add($"{Section}:MaxBatch must be from 1 to 10000.");
        if (options.BusyTimeout < TimeSpan.Zero || options.BusyTimeout > TimeSpan.FromMinutes(10))
            faults.Add($"{Section}:BusyTimeout must be from 0 to 10 minutes.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
