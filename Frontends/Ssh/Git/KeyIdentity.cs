using Granary.Accounts;
using Granary.Frontends.Ssh.Protocol;

namespace Granary.Frontends.Ssh.Git;

/// <summary>
/// A login by key. What it may do is asked anew at each command; this keeps only what was proved: that the client has the key.
/// </summary>
internal sealed class KeyIdentity(string fingerprint, Caller caller) : SshIdentity
{
    public string Fingerprint => fingerprint;

    public override string Name { get; } = caller.Name ?? fingerprint;
}
