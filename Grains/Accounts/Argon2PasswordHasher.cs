using System.Collections.Concurrent;
using System.Security.Cryptography;
using Granary.Accounts;
using Microsoft.Extensions.Options;
using NSec.Cryptography;

namespace Granary.Grains.Accounts;

/// <summary>Argon2id with the parameters that OWASP names (19 MiB, 2 passes, 1 lane), on a fixed number of threads of its own.</summary>
internal sealed class Argon2PasswordHasher : IPasswordHasher, IDisposable
{
    private const string Algorithm = "argon2id";
    private const int MemoryKiB = 19456;
    private const int Passes = 2;
    private const int SaltLength = 16;
    private const int HashLength = 32;

    /// <summary>Stored parameters beyond these are taken for damage, not for work to do.</summary>
    private const int MaxMemoryKiB = 1 << 20;
    private const int MaxPasses = 64;

    private static readonly PasswordHash Dummy = new(Algorithm, MemoryKiB, Passes, new byte[SaltLength], new byte[HashLength]);

    private readonly BlockingCollection<Derivation> _queue = [];

    public Argon2PasswordHasher(IOptions<AccountOptions> options)
    {
        for (var i = 0; i < options.Value.MaxConcurrentDerivations; i++)
            new Thread(Work) { Name = "granary-argon2", IsBackground = true }.Start();
    }

    public async Task<Outcome<PasswordHash>> HashAsync(string password, CancellationToken cancellationToken)
    {
        if (password.Length < IPasswordHasher.MinPasswordLength)
            return new Refusal(RefusalKind.InvalidArgument, $"A password must have at least {IPasswordHasher.MinPasswordLength} characters.");
        if (password.Length > IPasswordHasher.MaxPasswordLength)
            return new Refusal(RefusalKind.InvalidArgument, $"A password may have at most {IPasswordHasher.MaxPasswordLength} characters.");
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = await DeriveAsync(password, salt, MemoryKiB, Passes, HashLength, cancellationToken);
        return new PasswordHash(Algorithm, MemoryKiB, Passes, salt, hash);
    }

    public async Task<bool> VerifyAsync(string password, PasswordHash? hash, CancellationToken cancellationToken)
    {
        if (password.Length > IPasswordHasher.MaxPasswordLength) return false;
        var usable = hash is not null && IsUsable(hash);
        var against = usable ? hash! : Dummy;
        var derived = await DeriveAsync(
            password, against.Salt, against.MemoryKiB, against.Passes, against.Hash.Length, cancellationToken);
        return CryptographicOperations.FixedTimeEquals(derived, against.Hash) & usable;
    }

    public void Dispose() => _queue.CompleteAdding();

    private static bool IsUsable(PasswordHash hash) => hash is
    {
        Algorithm: Algorithm, MemoryKiB: >= 8 and <= MaxMemoryKiB, Passes: >= 1 and <= MaxPasses,
        Salt.Length: SaltLength, Hash.Length: >= 16 and <= 64,
    };

    private Task<byte[]> DeriveAsync(
        string password, byte[] salt, int memoryKiB, int passes, int length, CancellationToken cancellationToken)
    {
        var derivation = new Derivation(password, salt, memoryKiB, passes, length, cancellationToken);
        try
        {
            _queue.Add(derivation, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            return Task.FromException<byte[]>(new ObjectDisposedException(nameof(Argon2PasswordHasher)));
        }

        return derivation.Completion.Task;
    }

    private void Work()
    {
        foreach (var derivation in _queue.GetConsumingEnumerable()) derivation.Run();
    }

    private sealed record Derivation(
        string Password, byte[] Salt, int MemoryKiB, int Passes, int Length, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<byte[]> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Run()
        {
            if (CancellationToken.IsCancellationRequested)
            {
                Completion.TrySetCanceled(CancellationToken);
                return;
            }

            try
            {
                var argon2 = PasswordBasedKeyDerivationAlgorithm.Argon2id(
                    new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = MemoryKiB, NumberOfPasses = Passes });
                Completion.TrySetResult(argon2.DeriveBytes(Password, Salt, Length));
            }
            catch (Exception fault)
            {
                Completion.TrySetException(fault);
            }
        }
    }
}
