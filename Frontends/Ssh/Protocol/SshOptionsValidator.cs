using System.Net;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol;

internal sealed class SshOptionsValidator : IValidateOptions<SshOptions>
{
    public ValidateOptionsResult Validate(string? name, SshOptions options)
    {
        var faults = new List<string>();
        Check(!string.IsNullOrWhiteSpace(options.HostKeyPath), nameof(options.HostKeyPath), "must name a folder.");
        Check(Enum.IsDefined(options.Profile), nameof(options.Profile), "must be Compatible or Strict.");
        Positive(options.MaxConnections, nameof(options.MaxConnections));
        Positive(options.StartupsBegin, nameof(options.StartupsBegin));
        Check(options.StartupsRate is >= 0 and <= 100, nameof(options.StartupsRate), "must be a percentage.");
        Check(options.StartupsFull >= options.StartupsBegin, nameof(options.StartupsFull), "must not be less than StartupsBegin.");
        Positive(options.StartupsPerAddress, nameof(options.StartupsPerAddress));
        Positive(options.VersionTimeout, nameof(options.VersionTimeout));
        Positive(options.LoginGraceTime, nameof(options.LoginGraceTime));
        Check(options.MaxKeyExchanges >= 0, nameof(options.MaxKeyExchanges), "must not be negative.");
        Positive(options.MaxLoginRequests, nameof(options.MaxLoginRequests));
        Positive(options.MaxFailedSignatures, nameof(options.MaxFailedSignatures));
        Positive(options.MaxChannels, nameof(options.MaxChannels));
        Positive(options.MaxEnvironmentVariables, nameof(options.MaxEnvironmentVariables));
        Positive(options.MaxEnvironmentSize, nameof(options.MaxEnvironmentSize));
        Positive(options.MaxCommandLine, nameof(options.MaxCommandLine));
        Positive(options.WriteStallTimeout, nameof(options.WriteStallTimeout));
        Positive(options.KeepAliveInterval, nameof(options.KeepAliveInterval));
        Positive(options.KeepAliveMisses, nameof(options.KeepAliveMisses));
        Check(options.TcpKeepAliveTime >= TimeSpan.FromSeconds(1), nameof(options.TcpKeepAliveTime), "must be a second or more.");
        Check(options.TcpKeepAliveInterval >= TimeSpan.FromSeconds(1), nameof(options.TcpKeepAliveInterval), "must be a second or more.");
        Positive(options.TcpKeepAliveRetries, nameof(options.TcpKeepAliveRetries));
        Check(options.RekeyBytes >= 1 << 16, nameof(options.RekeyBytes), "must be 64 KiB or more.");
        Check(options.RekeyPackets is >= 16 and <= 1L << 31, nameof(options.RekeyPackets), "must be from 16 to 2^31.");
        Positive(options.RekeyTimeout, nameof(options.RekeyTimeout));
        Check(options.InitialWindow >= 32 << 10, nameof(options.InitialWindow), "must be 32 KiB or more.");
        Check(options.MaxWindow >= options.InitialWindow, nameof(options.MaxWindow), "must not be less than InitialWindow.");
        Check(options.WindowBudget >= 0, nameof(options.WindowBudget), "must not be negative.");
        foreach (var network in options.ProxyNetworks)
            Check(IPAddress.TryParse(network, out _) || IPNetwork.TryParse(network, out _), nameof(options.ProxyNetworks), $"\"{network}\" is not an address or a network.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{SshOptions.Section}:{key}: {fault}");
        }

        void Positive<T>(T value, string key) where T : struct, IComparable<T> => Check(value.CompareTo(default) > 0, key, "must be positive.");
    }
}
