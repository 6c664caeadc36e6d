namespace Granary.Frontends.Rpc.Login;

/// <summary>The call has no login where it needs one, a wrong one, or (with <see cref="RetryAfter"/>) one too many.</summary>
internal sealed class LoginRefusedException(string message, TimeSpan? retryAfter = null) : Exception(message)
{
    /// <summary>There was no login at all.</summary>
    public bool IsMissing { get; init; }

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
