using Granary.Accounts;
using Granary.Grains.Accounts;
using Granary.Grains.Storage;
using Granary.Projects;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace Granary.Grains.Projects;

/// <summary>
/// One project: its settings here, members, repositories and deploy keys in the files beside it. All of it is in memory, so that the question of every request is answered without waiting.
/// </summary>
[GrainType("granary.project")]
internal sealed partial class ProjectGrain : Grain, IProjectGrain
{
    private readonly DurableRecord<ProjectState> _state;
    private readonly RepositoryNames _names;
    private readonly PartitionedMap<DeployKeyInfo> _deployKeys;
    private readonly IReadOnlyList<IProjectRecords> _records;
    private readonly IReadOnlyList<IRenamingObserver> _renamings;
    private readonly ILogger<ProjectGrain> _logger;
    private readonly ProjectOptions _options;
    private readonly TimeProvider _clock;
    private readonly ShortStay _stay;
    private Dictionary<Guid, ProjectRole> _roles = [];

    public ProjectGrain(
        IGrainContext context,
        [PersistentState("project")] IPersistentState<ProjectState> state,
        IGrainStorage storage,
        IEnumerable<IProjectRecords> records,
        IEnumerable<IRenamingObserver> renamings,
        IOptions<ProjectOptions> options,
        TimeProvider clock,
        ILogger<ProjectGrain> logger)
    {
        _state = new DurableRecord<ProjectState>(state);
        _names = new RepositoryNames(storage, context.GrainId);
        _deployKeys = new PartitionedMap<DeployKeyInfo>(storage, context.GrainId, "deploykeys");
        _records = [.. records];
        _renamings = [.. renamings];
        _logger = logger;
        _options = options.Value;
        _clock = clock;
        _stay = new ShortStay(this);
    }

    private ProjectState Project => _state.Value;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!Project.Exists) return;
        await Task.WhenAll(_names.LoadAsync(), _deployKeys.LoadAsync());
        _roles = RolesOf(Project);
        await TellRenamingsAsync(cancellationToken);
    }

    public async Task<Outcome<ProjectInfo>> CreateAsync(Caller caller, NewProject project, CancellationToken cancellationToken)
    {
        if (caller is not { IsAdministrator: true, Scope: AccessScope.Admin })
            return new Refusal(RefusalKind.PermissionDenied, "Only administrators of the server may create projects.");
        if (project.Key.Key != this.GetPrimaryKeyString()) return UserRules.Invalid("The key is another project's.");
        if (Project.Exists) return new Refusal(RefusalKind.AlreadyExists, $"There is a project '{Project.Key}' already.");
        if (UserRules.Text("display name", project.DisplayName) is { } fault) return fault;

        // What a deletion that was cut off left behind.
        await Task.WhenAll(_names.LoadAsync(), _deployKeys.LoadAsync());
        await _names.ClearAsync();
        await _deployKeys.ClearAsync();
        await RemoveRecordsAsync(project.Key, cancellationToken);
        await GrainFactory.GetDirectory(IDirectoryGrain.Projects).AddAsync(project.Key.Value, cancellationToken);
        await WriteAsync(
            new ProjectState
            {
                Key = project.Key,
                DisplayName = project.DisplayName,
                IsPublic = project.IsPublic,
                CreatedAt = _clock.GetUtcNow(),
            },
            cancellationToken);
        return Project.ToInfo();
    }

    public Task<Outcome<ProjectInfo>> GetInfoAsync(Caller caller, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<ProjectInfo>>(LevelOf(caller) >= AccessLevel.Read ? Project.ToInfo() : NotFound());

    public async Task<Outcome<ProjectInfo>> UpdateAsync(Caller caller, ProjectChanges changes, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Admin) is { } refusal) return refusal;
        if (UserRules.Text("display name", changes.DisplayName) is { } fault) return fault;
        var next = Project with
        {
            DisplayName = changes.DisplayName ?? Project.DisplayName,
            IsPublic = changes.IsPublic ?? Project.IsPublic,
        };
        await WriteAsync(next, cancellationToken);
        return Project.ToInfo();
    }

    public async Task<Outcome> DeleteAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Admin) is { } refusal) return refusal;
        if (_names.LiveCount > 0)
        {
            return new Refusal(
                RefusalKind.FailedPrecondition, $"The project has {_names.LiveCount} repositories; delete them first.");
        }

        // So that housekeeping removes their files: nobody will ask for them again.
        foreach (var id in _names.EnumerateUnfinished().ToList())
            await GrainFactory.GetRepository(id).SetDeletedAsync(_clock.GetUtcNow(), cancellationToken);
        var name = Project.Key!.Value.Value;
        await _state.ClearAsync(cancellationToken);
        _roles = [];
        await _names.ClearAsync();
        await _deployKeys.ClearAsync();
        await RemoveRecordsAsync(ProjectKey.Parse(name), cancellationToken);
        await GrainFactory.GetDirectory(IDirectoryGrain.Projects).RemoveAsync(name, cancellationToken);
        return Outcome.Done;
    }

    private async Task RemoveRecordsAsync(ProjectKey key, CancellationToken cancellationToken)
    {
        foreach (var records in _records) await records.RemoveAsync(key, cancellationToken);
    }

    private static Dictionary<Guid, ProjectRole> RolesOf(ProjectState project) =>
        project.Members.ToDictionary(member => member.UserId, member => member.Role);

    private ProjectRole RoleOf(Caller caller)
    {
        if (!Project.Exists) return ProjectRole.None;
        return caller.IsAdministrator ? ProjectRole.Admin : _roles.GetValueOrDefault(caller.UserId);
    }

    /// <summary>What the caller may do: no more than the role gives, no more than the login's scope; what is public, anybody may read.</summary>
    private AccessLevel LevelOf(Caller caller)
    {
        if (!Project.Exists)
        {
            // Anybody may ask for any project: what is not there shall not stay in memory.
            _stay.Leave();
            return AccessLevel.None;
        }

        if (caller.DeployKey is not null) return AccessLevel.None;
        var level = (AccessLevel)Math.Min((int)RoleOf(caller), (int)caller.Scope);
        return level == AccessLevel.None && Project.IsPublic && caller.Scope >= AccessScope.Read ? AccessLevel.Read : level;
    }

    /// <summary>Why the caller may not administer the project, in words that tell strangers nothing.</summary>
    private Refusal? Fault(Caller caller, AccessScope scope)
    {
        if (LevelOf(caller) < AccessLevel.Read) return NotFound();
        if (RoleOf(caller) < ProjectRole.Admin)
            return new Refusal(RefusalKind.PermissionDenied, "Only administrators of the project may do that.");
        return caller.Scope >= scope
            ? null
            : new Refusal(RefusalKind.PermissionDenied, $"This needs a login with at least the scope '{(scope == AccessScope.Write ? "write" : "admin")}'.");
    }

    private Refusal NotFound() => new(RefusalKind.NotFound, $"There is no project '{this.GetPrimaryKeyString()}'.");

    private async Task WriteAsync(ProjectState next, CancellationToken cancellationToken)
    {
        await _state.WriteAsync(next, cancellationToken);
        _roles = RolesOf(next);
    }
}
