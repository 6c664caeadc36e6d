using System.Reflection;
using Granary.Projects;

namespace Granary.Frontends.Ssh.Git.Tests.Fakes;

/// <summary>A cluster with one project grain, whatever its key, which only resolves repositories.</summary>
public class FakeGrains : DispatchProxy
{
    private IProjectGrain? _project;

    public static IGrainFactory Create(Func<string, RepositoryAccess?> resolve)
    {
        var factory = Create<IGrainFactory, FakeGrains>();
        var project = Create<IProjectGrain, FakeProject>();
        ((FakeProject)(object)project).Resolve = resolve;
        ((FakeGrains)(object)factory)._project = project;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.GetGenericArguments()[0] == typeof(IProjectGrain)
        ? _project
        : throw new InvalidOperationException($"The test did not expect {targetMethod}.");
}

public class FakeProject : DispatchProxy
{
    public Func<string, RepositoryAccess?> Resolve { get; set; } = static _ => null;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IProjectGrain.ResolveRepositoryAsync)
        ? new ValueTask<RepositoryAccess?>(Resolve(args![1]!.ToString()!))
        : throw new InvalidOperationException($"The test did not expect {targetMethod.Name}.");
}
