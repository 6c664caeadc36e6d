using System.Collections.Concurrent;
using System.Reflection;

namespace Granary.Frontends.Rpc.Tests.Fakes;

/// <summary>A cluster that has only the grains of the test.</summary>
public class FakeGrainFactory : DispatchProxy
{
    private readonly ConcurrentDictionary<(Type Type, string Key), object> _grains = new();

    public static IGrainFactory Create() => Create<IGrainFactory, FakeGrainFactory>();

    public static void Set<T>(IGrainFactory factory, string key, T grain)
        where T : class => ((FakeGrainFactory)factory)._grains[(typeof(T), key)] = grain;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _grains.TryGetValue((targetMethod!.GetGenericArguments()[0], args![0]!.ToString()!), out var grain)
            ? grain
            : throw new InvalidOperationException($"The test has no {targetMethod.GetGenericArguments()[0].Name} '{args[0]}'.");
}
