using Renci.SshNet;
using Renci.SshNet.Security;

namespace Granary.Tests.Ssh.NetClient;

/// <summary>A key that signs with one algorithm of those it could.</summary>
internal sealed class OneKey(PrivateKeyFile file, string? algorithm) : IPrivateKeySource
{
    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; } =
        [.. file.HostKeyAlgorithms.Where(known => algorithm is null || known.Name == algorithm)];
}
