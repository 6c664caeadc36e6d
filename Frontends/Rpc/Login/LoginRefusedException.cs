namespace Granary.Frontends.Rpc.Login;

/// <summary>The call has no login where it needs one, a wrong one, or (with <see cref="RetryAfter"/>) one too many.</summary>
internal sealed class LoginRefusedException(string message, TimeSpan? retryAfter = null) : Exception(message)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
