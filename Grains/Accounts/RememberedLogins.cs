using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Accounts;

/// <summary>A secret's keyed digest: equal only for the same name and secret in this process, and of no use outside it.</summary>
internal readonly record struct SecretDigest(byte[] Bytes);

/// <summary>
/// Logins that were verified minutes ago, so that a poll costs no key derivation. It says only "this secret was right for
/// that state of the user's credentials"; whether they are still in that state the user's grain is asked each time.
/// </summary>
internal sealed class RememberedLogins(IOptions<AccountOptions> options, TimeProvider clock)
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _sweep = new();

    public int Count => _entries.Count;

    public SecretDigest Digest(string name, string secret) => new(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name + "\0" + secret)));

    public bool TryGet(string name, SecretDigest digest, out Guid userId, out long credentialVersion)
    {
        (userId, credentialVersion) = (Guid.Empty, 0);
        if (!_entries.TryGetValue(name, out var entry) || entry.ExpiresAt <= clock.GetUtcNow()) return false;
        if (!CryptographicOperations.FixedTimeEquals(entry.Digest.Bytes, digest.Bytes)) return false;
        (userId, credentialVersion) = (entry.UserId, entry.CredentialVersion);
        return true;
    }

    public void Remember(string name, SecretDigest digest, Guid userId, long credentialVersion)
    {
        if (options.Value.RememberFor <= TimeSpan.Zero) return;
        if (_entries.Count >= options.Value.MaxRemembered && !_entries.ContainsKey(name)) MakeRoom();
        _entries[name] = new Entry(digest, userId, credentialVersion, clock.GetUtcNow() + options.Value.RememberFor);
    }

    public void Forget(string name) => _entries.TryRemove(name, out _);

    private void MakeRoom()
    {
        lock (_sweep)
        {
            var now = clock.GetUtcNow();
            var surplus = _entries.Count - (options.Value.MaxRemembered * 9 / 10);
            if (surplus <= 0) return;
            var live = new List<KeyValuePair<string, Entry>>();
            foreach (var pair in _entries)
            {
                if (pair.Value.ExpiresAt > now) live.Add(pair);
                else if (_entries.TryRemove(pair)) surplus--;
            }

            foreach (var pair in live.OrderBy(pair => pair.Value.ExpiresAt).Take(Math.Max(0, surplus))) _entries.TryRemove(pair);
        }
    }

    private sealed record Entry(SecretDigest Digest, Guid UserId, long CredentialVersion, DateTimeOffset ExpiresAt);
}
