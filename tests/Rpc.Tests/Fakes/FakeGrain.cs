using System.Reflection;

namespace Granary.Frontends.Rpc.Tests.Fakes;

/// <summary>A grain of which a test says only what it needs; any other call is a fault.</summary>
public class FakeGrain : DispatchProxy
{
    private readonly Dictionary<string, Func<object?[], object?>> _handlers = [];

    /// <param name="handlers">Method names without "Async", and what they return for their arguments.</param>
    public static T Of<T>(params (string Method, Func<object?[], object?> Handler)[] handlers)
        where T : class
    {
        var proxy = Create<T, FakeGrain>();
        foreach (var (method, handler) in handlers) ((FakeGrain)(object)proxy)._handlers[method + "Async"] = handler;
        return proxy;
    }

    public static T Of<T>(string method, Func<object?[], object?> handler)
        where T : class => Of<T>((method, handler));

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _handlers.TryGetValue(targetMethod!.Name, out var handler)
            ? handler(args ?? [])
            : throw new InvalidOperationException($"The test did not expect {targetMethod.Name}.");
}
