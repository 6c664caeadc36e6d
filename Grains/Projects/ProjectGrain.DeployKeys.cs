using Granary.Accounts;
using Granary.Grains.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Projects;

/// <remarks>
/// As with users' keys: entered in the list before the key's own grain is told, taken out after, so that the list names at
/// least what works. A repository that is deleted loses its deploy keys first, and for good.
/// </remarks>
internal sealed partial class ProjectGrain
{
    private const int MaxDeployKeys = 100;

    public async Task<Outcome<DeployKeyInfo>> AddDeployKeyAsync(
        Caller caller, RepositoryName repository, SshPublicKey key, string title, bool mayWrite, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Admin) is { } refusal) return refusal;
        if (_names.Find(repository) is not { Id: { } id }) return NoRepository(repository);
        if (UserRules.Text("title", title) is { } fault) return fault;

        // Not the caller's word: the key is read again from its bytes.
        var line = $"{key.Algorithm} {Convert.ToBase64String(key.Blob)} {key.Comment}";
        if (!SshPublicKeyParser.TryParse(line, out var parsed, out var sentence)) return UserRules.Invalid(sentence);
        var grain = GrainFactory.GetSshKey(parsed.Fingerprint);
        if (_deployKeys.TryGet(KeyOf(id, parsed.Fingerprint), out var present))
        {
            // Also heals a claim that a crash forgot.
            return (await grain.ClaimForRepositoryAsync(OwnerOf(id, present), present.Key, cancellationToken)).Refusal
                ?? new Refusal(RefusalKind.AlreadyExists, "The repository has this deploy key already; remove it first to change it.");
        }

        if (DeployKeysOf(id).Count() >= MaxDeployKeys)
            return new Refusal(RefusalKind.ResourceExhausted, $"A repository has at most {MaxDeployKeys} deploy keys; remove some first.");
        var info = new DeployKeyInfo(
            Guid.NewGuid(), parsed, title.Length > 0 ? title : parsed.Comment, mayWrite, _clock.GetUtcNow(), caller.User);
        await _deployKeys.SetAsync(KeyOf(id, parsed.Fingerprint), info);
        var claimed = await grain.ClaimForRepositoryAsync(OwnerOf(id, info), parsed, cancellationToken);
        if (claimed.Refusal is not { } taken) return info;
        await _deployKeys.RemoveAsync(KeyOf(id, parsed.Fingerprint));
        return taken;
    }

    public Task<Outcome<Page<DeployKeyInfo>>> ListDeployKeysAsync(
        Caller caller, RepositoryName repository, PageRequest page, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Read) is { } refusal) return Task.FromResult<Outcome<Page<DeployKeyInfo>>>(refusal);
        if (_names.Find(repository) is not { Id: { } id }) return Task.FromResult<Outcome<Page<DeployKeyInfo>>>(NoRepository(repository));
        var (items, nextAfter) = Paging.Take(_deployKeys.EnumerateFrom(page.After, KeyOf(id, page.Prefix ?? "")), page.Size);
        return Task.FromResult<Outcome<Page<DeployKeyInfo>>>(new Page<DeployKeyInfo>([.. items.Select(static pair => pair.Value)], nextAfter));
    }

    public async Task<Outcome> RemoveDeployKeyAsync(
        Caller caller, RepositoryName repository, string fingerprint, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Admin) is { } refusal) return refusal;
        if (_names.Find(repository) is not { Id: { } id }) return NoRepository(repository);
        if (!_deployKeys.TryGet(KeyOf(id, fingerprint), out var info))
            return new Refusal(RefusalKind.NotFound, "The repository has no such deploy key.");
        await RemoveDeployKeyAsync(id, info, cancellationToken);
        return Outcome.Done;
    }

    public ValueTask<DeployKeyInfo?> FindDeployKeyAsync(DeployKeyOwner owner, CancellationToken cancellationToken)
    {
        if (!Project.Exists) DeactivateOnIdle();
        return ValueTask.FromResult(Project.Exists && _names.Find(owner.Repository) is not null ? Find(owner) : null);
    }

    /// <summary>A deploy key has no role: it is known to its own repository, under whatever name, and to nothing else.</summary>
    private RepositoryAccess? ResolveForDeployKey(DeployKeyOwner owner, RepositoryName name)
    {
        if (_names.Find(name) is not { } present || present.Id != owner.Repository || Find(owner) is not { } key) return null;
        return new RepositoryAccess(
            owner.Repository, Project.Key!.Value, present.Name, key.MayWrite ? AccessLevel.Write : AccessLevel.Read, Project.IsPublic, MayManage: false);
    }

    private DeployKeyInfo? Find(DeployKeyOwner owner) =>
        _deployKeys.TryGet(KeyOf(owner.Repository, owner.Fingerprint), out var info) && info.KeyId == owner.KeyId ? info : null;

    private async Task RemoveDeployKeysAsync(RepositoryId repository, CancellationToken cancellationToken)
    {
        foreach (var info in DeployKeysOf(repository).ToList()) await RemoveDeployKeyAsync(repository, info, cancellationToken);
    }

    private async Task RemoveDeployKeyAsync(RepositoryId repository, DeployKeyInfo info, CancellationToken cancellationToken)
    {
        await GrainFactory.GetSshKey(info.Key.Fingerprint).ReleaseFromRepositoryAsync(OwnerOf(repository, info), cancellationToken);
        await _deployKeys.RemoveAsync(KeyOf(repository, info.Key.Fingerprint));
    }

    private IEnumerable<DeployKeyInfo> DeployKeysOf(RepositoryId repository) =>
        _deployKeys.EnumerateFrom(prefix: KeyOf(repository, "")).Select(static pair => pair.Value);

    private DeployKeyOwner OwnerOf(RepositoryId repository, DeployKeyInfo info) =>
        new(Project.Key!.Value, repository, info.KeyId, info.Key.Fingerprint);

    private static string KeyOf(RepositoryId repository, string fingerprint) => $"{repository}/{fingerprint}";
}
