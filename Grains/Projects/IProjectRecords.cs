using Granary.Projects;

namespace Granary.Grains.Projects;

/// <summary>What is kept of a project outside of its grain's state, and goes for good with it.</summary>
internal interface IProjectRecords
{
    /// <summary>Durable when it completes; called again, it changes nothing.</summary>
    Task RemoveAsync(ProjectKey project, CancellationToken cancellationToken);
}
