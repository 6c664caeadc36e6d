using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Accounts;

/// <summary>
/// Counts failed logins per user and per address, and makes those that go on failing wait. A login that must derive or look
/// up asks <see cref="WaitAsync"/> first and reports afterwards; one that is remembered never comes here.
/// </summary>
internal sealed class LoginThrottle(IOptions<AccountOptions> options, TimeProvider clock)
{
    private readonly AccountOptions _options = options.Value;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Counter> _counters = new(StringComparer.Ordinal);

    /// <summary>How many users and addresses are counted now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _counters.Count;
        }
    }

    public static string UserKey(string foldedName) => "u:" + foldedName;

    /// <summary>The address, or for IPv6 its /64: what one customer of a provider has.</summary>
    public static string? AddressKey(IPAddress? address)
    {
        if (address is null) return null;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? "a:" + Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8)) + "/64"
            : "a:" + address;
    }

    /// <summary>As <see cref="AddressKey"/>, for SSH keys that nobody here knows: offering them must not delay passwords.</summary>
    public static string? OfferKey(IPAddress? address) => AddressKey(address) is { } key ? "k" + key : null;

    /// <summary>Whether as many wait for this address as may.</summary>
    public bool IsCrowded(string? addressKey)
    {
        lock (_lock) return addressKey is not null && _counters.TryGetValue(addressKey, out var counter) && counter.IsCrowded;
    }

    /// <summary>
    /// Waits for the turn of this login; null when it may go on, otherwise the time after which to try again. A login of a
    /// user counts as failed until <see cref="Succeeded"/>, so that many at once are no way around.
    /// </summary>
    public async ValueTask<TimeSpan?> WaitAsync(string? userKey, string? addressKey, CancellationToken cancellationToken)
    {
        TimeSpan delay;
        lock (_lock)
        {
            MakeRoom();
            var user = userKey is null ? null : Find(userKey);
            var address = addressKey is null ? null : Find(addressKey);
            if (user is { IsCrowded: true } || address is { IsCrowded: true })
                return Max(user?.Delay ?? default, address?.Delay ?? default);
            delay = Max(user?.Enter() ?? default, address?.Enter() ?? default);
            user?.Fail();
            if (delay == TimeSpan.Zero) return null;
            if (user is not null) user.Waiters++;
            if (address is not null) address.Waiters++;
        }

        try
        {
            await Task.Delay(delay, clock, cancellationToken);
            return null;
        }
        finally
        {
            lock (_lock)
            {
                Leave(userKey);
                Leave(addressKey);
            }
        }
    }

    /// <summary>The login was good: what counted against the user is forgotten.</summary>
    public void Succeeded(string userKey)
    {
        lock (_lock)
        {
            if (_counters.TryGetValue(userKey, out var counter)) counter.Reset();
        }
    }

    /// <summary>The login failed; the user was counted when it began.</summary>
    public void Failed(string? addressKey)
    {
        if (addressKey is null) return;
        lock (_lock)
        {
            MakeRoom();
            Find(addressKey).Fail();
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void Leave(string? key)
    {
        if (key is not null && _counters.TryGetValue(key, out var counter)) counter.Waiters--;
    }

    private Counter Find(string key)
    {
        if (_counters.TryGetValue(key, out var found)) return found;
        var free = key[0] switch
        {
            'u' => _options.FreeFailuresPerUser,
            'k' => _options.FreeUnknownKeysPerAddress,
            _ => _options.FreeFailuresPerAddress,
        };
        return _counters[key] = new Counter(_options, free, clock);
    }

    /// <summary>Forgets whoever is forgiven, and then a tenth of the oldest, so that this is rare.</summary>
    private void MakeRoom()
    {
        if (_counters.Count + 2 <= _options.MaxCounted) return;
        foreach (var (key, counter) in _counters.ToList())
        {
            if (counter is { Waiters: 0, IsForgiven: true }) _counters.Remove(key);
        }

        var surplus = _counters.Count - (_options.MaxCounted * 9 / 10);
        if (surplus <= 0) return;
        foreach (var (key, _) in _counters.Where(pair => pair.Value.Waiters == 0).OrderBy(pair => pair.Value.LastFailure).Take(surplus).ToList())
            _counters.Remove(key);
    }

    /// <summary>Failures that leak away with time, and the turns of those who must wait.</summary>
    private sealed class Counter(AccountOptions options, int free, TimeProvider clock)
    {
        private double _failures;
        private DateTimeOffset _lastTurn;

        public DateTimeOffset LastFailure { get; private set; } = clock.GetUtcNow();

        public int Waiters { get; set; }

        public bool IsForgiven => Remaining() <= 0;

        public bool IsCrowded => IsDelayed && Waiters >= options.MaxWaiters;

        /// <summary>A failure counts until it is forgiven wholly.</summary>
        private bool IsDelayed => Math.Ceiling(Remaining()) >= free;

        /// <summary>From now to the turn of one who comes now.</summary>
        public TimeSpan Delay => NextTurn() - clock.GetUtcNow();

        /// <summary>Takes the next turn: one after the other, each a delay behind the one before.</summary>
        public TimeSpan Enter()
        {
            if (!IsDelayed) return TimeSpan.Zero;
            _lastTurn = NextTurn();
            return _lastTurn - clock.GetUtcNow();
        }

        public void Fail()
        {
            // Bounded, so that an attack of hours is forgiven in minutes and not in days.
            _failures = Math.Min(Remaining() + 1, free + 16);
            LastFailure = clock.GetUtcNow();
        }

        public void Reset()
        {
            _failures = 0;
            _lastTurn = default;
        }

        private double Remaining() => Math.Max(0, _failures - ((clock.GetUtcNow() - LastFailure) / options.ForgiveAfter));

        private DateTimeOffset NextTurn()
        {
            var now = clock.GetUtcNow();
            var doublings = Math.Clamp(Math.Ceiling(Remaining()) - free, 0, 16);
            var step = Math.Min(options.FirstDelay.TotalSeconds * Math.Pow(2, doublings), options.MaxDelay.TotalSeconds);
            return (_lastTurn > now ? _lastTurn : now) + TimeSpan.FromSeconds(step);
        }
    }
}
