using Granary.Accounts;
using Granary.Repositories;
using Orleans.Concurrency;

namespace Granary.Projects;

/// <summary>
/// One project, keyed by <see cref="ProjectKey.Key"/>: names, members, permission. Whoever may not read it gets the answer
/// of a project that does not exist.
/// </summary>
[Alias("granary.IProjectGrain"), GrainInterfaceType("granary.project")]
public interface IProjectGrain : IGrainWithStringKey
{
    /// <summary>Makes the project; for administrators of the server.</summary>
    [Alias("Create")]
    Task<Outcome<ProjectInfo>> CreateAsync(Caller caller, NewProject project, CancellationToken cancellationToken);

    [AlwaysInterleave, Alias("GetInfo")]
    Task<Outcome<ProjectInfo>> GetInfoAsync(Caller caller, CancellationToken cancellationToken);

    [Alias("Update")]
    Task<Outcome<ProjectInfo>> UpdateAsync(Caller caller, ProjectChanges changes, CancellationToken cancellationToken);

    /// <summary>Deletes an empty project; refused while it has repositories that are not deleted.</summary>
    [Alias("Delete")]
    Task<Outcome> DeleteAsync(Caller caller, CancellationToken cancellationToken);

    /// <summary>Gives an existing user a role, or another one. The project keeps at least one way in: server administrators always have it.</summary>
    [Alias("SetMember")]
    Task<Outcome<ProjectMember>> SetMemberAsync(Caller caller, UserName user, ProjectRole role, CancellationToken cancellationToken);

    [Alias("RemoveMember")]
    Task<Outcome> RemoveMemberAsync(Caller caller, UserName user, CancellationToken cancellationToken);

    /// <summary>Sorted by the folded user name.</summary>
    [AlwaysInterleave, Alias("ListMembers")]
    Task<Outcome<Page<ProjectMember>>> ListMembersAsync(Caller caller, PageRequest page, CancellationToken cancellationToken);

    [Alias("CreateRepository")]
    Task<Outcome<RepositoryInfo>> CreateRepositoryAsync(Caller caller, NewRepository repository, CancellationToken cancellationToken);

    /// <summary>
    /// Where an import goes: the repository of that present name, or a new one that nobody finds until the import is complete.
    /// One left by an import that a crash cut off is given up. For whoever may create repositories.
    /// </summary>
    [Alias("BeginImport")]
    Task<Outcome<ImportPlace>> BeginImportAsync(Caller caller, NewRepository repository, CancellationToken cancellationToken);

    /// <summary>Gives the new repository its name; refused when another one has it by now, or when a later import took its place.</summary>
    [Alias("CompleteImport")]
    Task<Outcome<RepositoryInfo>> CompleteImportAsync(Caller caller, RepositoryName name, RepositoryId id, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the new repository of an import that came to nothing, whose files the caller then removes
    /// (<see cref="IRepositoryGrain.PurgeAsync"/>); does nothing once it has its name.
    /// </summary>
    [Alias("AbandonImport")]
    Task AbandonImportAsync(RepositoryName name, RepositoryId id, CancellationToken cancellationToken);

    /// <summary>Renames; the old name goes on leading to the repository until another one takes it.</summary>
    [Alias("RenameRepository")]
    Task<Outcome<RepositoryInfo>> RenameRepositoryAsync(
        Caller caller, RepositoryName name, RepositoryName newName, CancellationToken cancellationToken);

    /// <summary>Deletes; it can be restored for some days.</summary>
    [Alias("DeleteRepository")]
    Task<Outcome<RepositoryInfo>> DeleteRepositoryAsync(Caller caller, RepositoryName name, CancellationToken cancellationToken);

    /// <summary>Brings a deleted repository back under its name, or under <paramref name="newName"/> when that is taken.</summary>
    [Alias("RestoreRepository")]
    Task<Outcome<RepositoryInfo>> RestoreRepositoryAsync(
        Caller caller, RepositoryId id, RepositoryName? newName, CancellationToken cancellationToken);

    /// <summary>Sorted by the folded name; with <paramref name="deleted"/> those that can still be restored, sorted by id, for admins.</summary>
    [AlwaysInterleave, Alias("ListRepositories")]
    Task<Outcome<Page<RepositoryInfo>>> ListRepositoriesAsync(
        Caller caller, PageRequest page, bool deleted, CancellationToken cancellationToken);

    /// <summary>
    /// The repository of that name (or that once had it) and what the caller may do with it; null when there is none or the
    /// caller may not know of it. Asked at the start of every request: what was revoked before is not allowed after.
    /// </summary>
    [AlwaysInterleave, Alias("ResolveRepository")]
    ValueTask<RepositoryAccess?> ResolveRepositoryAsync(Caller caller, RepositoryName name, CancellationToken cancellationToken);

    /// <summary>The caller's role, whatever the login's scope: for rules on who may push where. Interleaves, so that a repository may ask in its turn.</summary>
    [AlwaysInterleave, Alias("GetRole")]
    ValueTask<ProjectRole> GetRoleAsync(Caller caller, CancellationToken cancellationToken);

    /// <summary>Adds a deploy key to a repository; refused when the fingerprint is anybody's already. For administrators of the project.</summary>
    [Alias("AddDeployKey")]
    Task<Outcome<DeployKeyInfo>> AddDeployKeyAsync(
        Caller caller, RepositoryName repository, SshPublicKey key, string title, bool mayWrite, CancellationToken cancellationToken);

    /// <summary>Sorted by fingerprint; a repository has at most 100. For administrators of the project.</summary>
    [AlwaysInterleave, Alias("ListDeployKeys")]
    Task<Outcome<Page<DeployKeyInfo>>> ListDeployKeysAsync(
        Caller caller, RepositoryName repository, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Removes a deploy key; it is refused from its next command on. For administrators of the project.</summary>
    [Alias("RemoveDeployKey")]
    Task<Outcome> RemoveDeployKeyAsync(Caller caller, RepositoryName repository, string fingerprint, CancellationToken cancellationToken);

    /// <summary>The deploy key if the repository still has it and is not deleted, otherwise null: asked at each login by it.</summary>
    [AlwaysInterleave, Alias("FindDeployKey")]
    ValueTask<DeployKeyInfo?> FindDeployKeyAsync(DeployKeyOwner owner, CancellationToken cancellationToken);
}
