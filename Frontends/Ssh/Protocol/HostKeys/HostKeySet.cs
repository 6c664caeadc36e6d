using Granary.Frontends.Ssh.Protocol.Authentication;
using Granary.Frontends.Ssh.Protocol.KeyExchange;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.HostKeys;

/// <summary>The server's keys: made at the first start, the same ever after. Files lie in <see cref="SshOptions.HostKeyPath"/>.</summary>
public sealed partial class HostKeySet : IDisposable
{
    private readonly List<HostKey> _keys = [];
    private readonly ILogger<HostKeySet> _logger;

    /// <exception cref="InvalidOperationException">A file is there but cannot be used; it is left alone.</exception>
    public HostKeySet(IOptions<SshOptions> options, ILogger<HostKeySet> logger)
    {
        _logger = logger;
        var folder = Path.GetFullPath(options.Value.HostKeyPath);
        Directory.CreateDirectory(folder);
        Add(folder, "ssh_host_ed25519_key", Ed25519HostKey.Create);
        if (options.Value.Profile == SshProfile.Compatible) Add(folder, "ssh_host_ecdsa_key", EcdsaHostKey.Create);
        Add(folder, "ssh_host_rsa_key", RsaHostKey.Create);
        Algorithms = [.. _keys.SelectMany(key => key.Algorithms).Where(AlgorithmLists.Of(options.Value.Profile).HostKeys.Contains)];
    }

    /// <summary>The keys' types and <c>SHA256:</c> fingerprints, as a client shows them at its first connection.</summary>
    public IReadOnlyList<(string Type, string Fingerprint)> Fingerprints => [.. _keys.Select(static key => (key.KeyType, Fingerprint.Of(key.PublicBlob)))];

    /// <summary>What can be offered, preferred first.</summary>
    internal IReadOnlyList<string> Algorithms { get; }

    internal HostKey For(string algorithm) => _keys.First(key => key.Algorithms.Contains(algorithm));

    public void Dispose() => _keys.ForEach(key => key.Dispose());

    private void Add(string folder, string name, Func<HostKey> create)
    {
        var path = Path.Combine(folder, name);
        try
        {
            HostKey key;
            if (File.Exists(path))
            {
                key = OpenSshKeyFile.Parse(File.ReadAllText(path));
            }
            else
            {
                key = create();
                DurableFile.CreateSecret(path, OpenSshKeyFile.Format(key, "granary"));
            }

            _keys.Add(key);
            LogHostKey(key.KeyType, Fingerprint.Of(key.PublicBlob), path);
        }
        catch (SshKeyFormatException exception)
        {
            throw new InvalidOperationException($"The host key {path} cannot be used: {exception.Message}", exception);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Host key {KeyType} {Fingerprint} ({Path}).")]
    private partial void LogHostKey(string keyType, string fingerprint, string path);
}
