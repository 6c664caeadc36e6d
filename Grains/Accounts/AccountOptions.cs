using Microsoft.Extensions.Options;

namespace Granary.Grains.Accounts;

/// <summary>Logins: section <c>Granary:Accounts</c>.</summary>
public sealed class AccountOptions
{
    public const string Section = "Granary:Accounts";

    /// <summary>How many passwords a silo derives at a time, 19 MiB each. Default: the number of processors.</summary>
    public int MaxConcurrentDerivations { get; set; } = Environment.ProcessorCount;

    /// <summary>How long a verified password or token is remembered; every login asks for changes all the same. Default 5 minutes.</summary>
    public TimeSpan RememberFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The most logins a silo remembers. Default 10,000.</summary>
    public int MaxRemembered { get; set; } = 10_000;

    /// <summary>Failed logins of one user before further ones are delayed. Default 5.</summary>
    public int FreeFailuresPerUser { get; set; } = 5;

    /// <summary>Failed logins from one address (IPv6: one /64 network) before further ones are delayed. Default 20.</summary>
    public int FreeFailuresPerAddress { get; set; } = 20;

    /// <summary>SSH keys unknown to the server that one address may offer before the answers to further ones are delayed. Default 100.</summary>
    public int FreeUnknownKeysPerAddress { get; set; } = 100;

    /// <summary>The time after which one failure is forgiven. Default 1 minute.</summary>
    public TimeSpan ForgiveAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The delay of the first login beyond the free failures; it doubles with each further one. Default 0.25 seconds.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest delay between two logins. Default 5 seconds.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Logins of one user or address that may wait at a time; others are told to come back. Default 8.</summary>
    public int MaxWaiters { get; set; } = 8;

    /// <summary>The most users and addresses a silo counts failures of. Default 100,000.</summary>
    public int MaxCounted { get; set; } = 100_000;
}

internal sealed class AccountOptionsValidator : IValidateOptions<AccountOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountOptions options)
    {
        var faults = new List<string>();
        Check(options.MaxConcurrentDerivations is >= 1 and <= 1024, nameof(options.MaxConcurrentDerivations), "must be from 1 to 1024");
        Check(
            options.RememberFor >= TimeSpan.Zero && options.RememberFor <= TimeSpan.FromHours(1),
            nameof(options.RememberFor), "must be from 0 to 1 hour");
        Check(options.MaxRemembered is >= 1 and <= 10_000_000, nameof(options.MaxRemembered), "must be from 1 to 10000000");
        Check(options.FreeFailuresPerUser is >= 1 and <= 1_000_000, nameof(options.FreeFailuresPerUser), "must be from 1 to 1000000");
        Check(options.FreeFailuresPerAddress is >= 1 and <= 1_000_000, nameof(options.FreeFailuresPerAddress), "must be from 1 to 1000000");
        Check(options.FreeUnknownKeysPerAddress is >= 1 and <= 1_000_000, nameof(options.FreeUnknownKeysPerAddress), "must be from 1 to 1000000");
        Check(options.ForgiveAfter > TimeSpan.Zero, nameof(options.ForgiveAfter), "must be greater than 0");
        Check(
            options.FirstDelay > TimeSpan.Zero && options.FirstDelay <= options.MaxDelay,
            nameof(options.FirstDelay), "must be greater than 0 and at most MaxDelay");
        Check(options.MaxDelay <= TimeSpan.FromMinutes(1), nameof(options.MaxDelay), "must be at most 1 minute");
        Check(options.MaxWaiters is >= 0 and <= 1000, nameof(options.MaxWaiters), "must be from 0 to 1000");
        Check(options.MaxCounted is >= 100 and <= 10_000_000, nameof(options.MaxCounted), "must be from 100 to 10000000");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool holds, string key, string rule)
        {
            if (!holds) faults.Add($"{AccountOptions.Section}:{key} {rule}.");
        }
    }
}
