using Granary.Accounts;

namespace Granary.Frontends.Rpc.Login;

/// <summary>Who makes the call that this scope was made for; set by <see cref="LoginInterceptor"/>.</summary>
internal sealed class CurrentCaller
{
    public Caller Caller { get; set; } = Caller.Anonymous;

    /// <summary>Whether the call is about a repository that the caller was found to be allowed to read: what is missing in it is no secret then.</summary>
    public bool MayRead { get; set; }

    /// <summary>For calls that last: logs the caller in once more with what the call began with.</summary>
    /// <exception cref="LoginRefusedException">The login ended meanwhile.</exception>
    public Func<Task> LogInAgainAsync { get; set; } = static () => Task.CompletedTask;
}
