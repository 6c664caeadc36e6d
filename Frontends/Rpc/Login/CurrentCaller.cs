using Granary.Accounts;

namespace Granary.Frontends.Rpc.Login;

/// <summary>Who makes the call that this scope was made for; set once, by <see cref="LoginInterceptor"/>.</summary>
internal sealed class CurrentCaller
{
    public Caller Caller { get; set; } = Caller.Anonymous;
}
