using System.Collections.Concurrent;
using Granary.Repositories;

namespace Granary.Grains.Tests;

/// <summary>Lets the creation of a repository fail once after everything was done, as if its answer was lost.</summary>
internal sealed class FailingCreations : IIncomingGrainCallFilter
{
    /// <summary>The names of the repositories.</summary>
    public ConcurrentDictionary<string, bool> Names { get; } = new();

    /// <summary>By name, the repository whose creation was made to fail.</summary>
    public ConcurrentDictionary<string, Guid> Failed { get; } = new();

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context.MethodName != nameof(IRepositoryGrain.CreateAsync) || context.Grain is not IRepositoryGrain) return;
        var repository = (NewRepository)context.Request.GetArgument(1)!;
        if (!Names.TryRemove(repository.Name.Value, out _)) return;
        Failed[repository.Name.Value] = ((IRepositoryGrain)context.Grain).GetPrimaryKey();
        throw new RepositoryUnavailableException(default);
    }
}
