using Granary.Accounts;

namespace Granary.Frontends.Rpc.Login;

/// <summary>Who makes the call that this scope was made for; set by <see cref="LoginInterceptor"/>.</summary>
internal sealed class CurrentCaller
{
    public Caller Caller { get; set; } = Caller.Anonymous;

    /// <summary>For calls that last: logs the caller in once more with what the call began with.</summary>
    /// <exception cref="LoginRefusedException">The login ended meanwhile.</exception>
    public Func<Task> LogInAgainAsync { get; set; } = static () => Task.CompletedTask;
}
