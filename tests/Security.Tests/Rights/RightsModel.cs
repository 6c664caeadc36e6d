namespace Granary.Security.Tests.Rights;

/// <summary>What a caller is answered, as far as rights decide it.</summary>
internal enum Answer
{
    /// <summary>The rights suffice; whether it can be done is another matter.</summary>
    Served,

    /// <summary>A repository asked for under a name it had.</summary>
    Moved,

    /// <summary>No login, or a wrong one.</summary>
    LogIn,

    /// <summary>There is nothing, or nothing that the caller may know of: one answer.</summary>
    Hidden,

    /// <summary>The caller sees it and may not do that.</summary>
    Denied,

    /// <summary>The body is said to be of another service.</summary>
    WrongType,

    /// <summary>No smart service was asked for.</summary>
    WrongTool,
}

/// <summary>What a call needs, in words of the documentation.</summary>
internal enum Need
{
    Nothing,
    Login,
    ServerAdmin,

    /// <summary>The caller's own account, or an administrator of the server: the account of these tests is nobody's.</summary>
    Account,
    ReadProject,
    RoleInProject,
    AdminRead,
    AdminWrite,
    AdminAll,
    ReadRepository,

    /// <summary>A reading call for administrators of the project: any login of theirs.</summary>
    AdminReadRepository,

    /// <summary>Whoever may push to it.</summary>
    WriteRepository,
    ManageRepository,
    AdminRepository,
}

/// <param name="Project">Of the repository that it opens.</param>
/// <param name="Repository">The name that the repository has now.</param>
/// <param name="CanWrite">Whether it may push.</param>
internal sealed record DeployKeyOf(string Project, string Repository, bool CanWrite);

/// <summary>
/// The rights of Granary once more, written from its documents and sharing no line with it: roles give levels, logins cap them,
/// what is public may be read by anybody, and what may not be read does not exist.
/// </summary>
internal static class RightsModel
{
    public static readonly string[] Roles = ["guest", "viewer", "member", "admin", "server"];

    public static readonly string[] Logins =
        ["none", "password", "read", "write", "all", "bearer-read", "bearer-write", "bearer-all", "revoked", "wrong", "malformed", "disabled-password", "disabled-token"];

    public static readonly string[] Projects = ["PUBL", "PRIV", "NONE"];

    public static readonly string[] Repositories = ["live", "arch", "oldn", "gone", "none"];

    private static readonly Dictionary<string, Need> Needs = new()
    {
        ["UserService.CreateUser"] = Need.ServerAdmin,
        ["UserService.GetMyself"] = Need.Login,
        ["UserService.GetUser"] = Need.Login,
        ["UserService.ListUsers"] = Need.Login,
        ["UserService.UpdateUser"] = Need.Account,
        ["UserService.DeleteUser"] = Need.ServerAdmin,
        ["UserService.SetPassword"] = Need.Account,
        ["UserService.AddKey"] = Need.Account,
        ["UserService.ListKeys"] = Need.Account,
        ["UserService.RemoveKey"] = Need.Account,
        ["UserService.CreateToken"] = Need.Account,
        ["UserService.ListTokens"] = Need.Account,
        ["UserService.RevokeToken"] = Need.Account,
        ["ProjectService.CreateProject"] = Need.ServerAdmin,
        ["ProjectService.GetProject"] = Need.ReadProject,
        ["ProjectService.ListProjects"] = Need.Nothing,
        ["ProjectService.UpdateProject"] = Need.AdminAll,
        ["ProjectService.DeleteProject"] = Need.AdminAll,
        ["ProjectService.SetMember"] = Need.AdminAll,
        ["ProjectService.RemoveMember"] = Need.AdminAll,
        ["ProjectService.ListMembers"] = Need.RoleInProject,
        ["RepositoryService.CreateRepository"] = Need.AdminWrite,
        ["RepositoryService.GetRepository"] = Need.ReadRepository,
        ["RepositoryService.ListRepositories"] = Need.ReadProject,
        ["RepositoryService.UpdateRepository"] = Need.ManageRepository,
        ["RepositoryService.RenameRepository"] = Need.AdminWrite,
        ["RepositoryService.DeleteRepository"] = Need.AdminWrite,
        ["RepositoryService.ListDeletedRepositories"] = Need.AdminRead,
        ["RepositoryService.RestoreRepository"] = Need.AdminWrite,
        ["RepositoryService.ListActivity"] = Need.ReadRepository,
        ["RegisteredCommitService.ListRegisteredCommits"] = Need.ReadRepository,
        ["RegisteredCommitService.ListIssueCommits"] = Need.ReadProject,
        ["CommitService.GetCommit"] = Need.ReadRepository,
        ["CommitService.ListCommits"] = Need.ReadRepository,
        ["CommitService.GetMergeBase"] = Need.ReadRepository,
        ["BlobService.GetBlob"] = Need.ReadRepository,
        ["TreeService.ListTree"] = Need.ReadRepository,
        ["TreeService.GetReadme"] = Need.ReadRepository,
        ["DiffService.GetCommitDiff"] = Need.ReadRepository,
        ["DiffService.Compare"] = Need.ReadRepository,
        ["ArchiveService.GetArchive"] = Need.ReadRepository,
        ["SearchService.SearchFiles"] = Need.ReadRepository,
        ["WatchService.WatchRepository"] = Need.ReadRepository,
        ["ObjectService.ReadObjects"] = Need.ReadRepository,
        ["FileService.CommitFiles"] = Need.WriteRepository,
        ["FileService.CreateCommit"] = Need.WriteRepository,
        ["BranchService.ListBranches"] = Need.ReadRepository,
        ["BranchService.GetBranch"] = Need.ReadRepository,
        ["BranchService.CreateBranch"] = Need.WriteRepository,
        ["BranchService.RenameBranch"] = Need.WriteRepository,
        ["BranchService.DeleteBranch"] = Need.WriteRepository,
        ["TagService.ListTags"] = Need.ReadRepository,
        ["TagService.GetTag"] = Need.ReadRepository,
        ["TagService.CreateTag"] = Need.WriteRepository,
        ["TagService.RenameTag"] = Need.WriteRepository,
        ["TagService.DeleteTag"] = Need.WriteRepository,
        ["PolicyService.GetPolicy"] = Need.AdminRepository,
        ["PolicyService.UpdatePolicy"] = Need.AdminRepository,
        ["PolicyService.ListProtectionRules"] = Need.AdminRepository,
        ["PolicyService.SetProtectionRule"] = Need.AdminRepository,
        ["PolicyService.DeleteProtectionRule"] = Need.AdminRepository,
        ["DeployKeyService.AddDeployKey"] = Need.AdminRepository,
        ["DeployKeyService.ListDeployKeys"] = Need.AdminReadRepository,
        ["DeployKeyService.RemoveDeployKey"] = Need.AdminRepository,
        ["WebhookService.CreateWebhook"] = Need.AdminRepository,
        ["WebhookService.GetWebhook"] = Need.AdminRepository,
        ["WebhookService.ListWebhooks"] = Need.AdminRepository,
        ["WebhookService.UpdateWebhook"] = Need.AdminRepository,
        ["WebhookService.DeleteWebhook"] = Need.AdminRepository,
        ["WebhookService.PingWebhook"] = Need.AdminRepository,
        ["WebhookService.ReplayWebhook"] = Need.AdminRepository,
        ["WebhookService.ListDeliveries"] = Need.AdminRepository,
        ["WebhookService.GetDelivery"] = Need.AdminRepository,
        ["WebhookService.RedeliverDelivery"] = Need.AdminRepository,
        ["ServerService.ListSshConnections"] = Need.ServerAdmin,
        ["DeadLetterService.ListDeadLetters"] = Need.ServerAdmin,
        ["DeadLetterService.GetDeadLetter"] = Need.ServerAdmin,
        ["DeadLetterService.ReplayDeadLetter"] = Need.ServerAdmin,
        ["DeadLetterService.DeleteDeadLetter"] = Need.ServerAdmin,
        ["JobService.ListJobKinds"] = Need.ServerAdmin,
        ["JobService.PauseJobKind"] = Need.ServerAdmin,
        ["JobService.ResumeJobKind"] = Need.ServerAdmin,
        ["MaintenanceService.RunMaintenance"] = Need.ManageRepository,
        ["MaintenanceService.GetMaintenance"] = Need.ReadRepository,
        ["ImportService.ImportRepository"] = Need.AdminWrite,
        ["ImportService.ImportRepositoryFromUrl"] = Need.AdminWrite,
    };

    public static Need NeedOf(string call) => Needs.TryGetValue(call, out var need)
        ? need
        : throw new InvalidOperationException($"RightsModel does not say what {call} needs; read its documentation and add it.");

    /// <summary>What a call needs that is about a repository or, without one, about the project.</summary>
    public static Need OfProject(Need need) => need == Need.AdminRepository ? Need.AdminAll : need;

    public static bool ConcernsRepository(Need need) => need >= Need.ReadRepository;

    public static bool ConcernsProject(Need need) => need >= Need.ReadProject;

    /// <summary>Of the API, over gRPC or JSON.</summary>
    public static Answer OfCall(Need need, string role, string login, string project, string repository)
    {
        if (IsRefused(login)) return Answer.LogIn;
        var answer = OfCallWithLogin(need, role, login, project, repository);
        return IsAnonymous(login) && answer is Answer.Hidden or Answer.Denied && IsAnonymous(login) ? Answer.LogIn : answer;
    }

    /// <param name="service"><c>git-upload-pack</c>, <c>git-receive-pack</c>, or what a query says in their place.</param>
    /// <param name="isAdvertisement">Whether the refs are asked for.</param>
    /// <param name="type">The content type of a body.</param>
    /// <param name="role">In the project.</param>
    /// <param name="login">How the caller logs in.</param>
    /// <param name="project">Its key.</param>
    /// <param name="repository">Its name.</param>
    public static Answer OfGit(string service, bool isAdvertisement, string type, string role, string login, string project, string repository)
    {
        if (service is not (Wire.UploadPack or Wire.ReceivePack)) return Answer.WrongTool;
        if (IsRefused(login)) return Answer.LogIn;
        var level = LevelOf(role, login, project);
        var needed = service == Wire.UploadPack ? 1 : 2;
        var isThere = Exists(project, repository) && level >= 1;
        if (!isThere || level < needed) return IsAnonymous(login) ? Answer.LogIn : isThere ? Answer.Denied : Answer.Hidden;
        if (isAdvertisement) return repository == "oldn" ? Answer.Moved : Answer.Served;
        return type == $"application/x-{service}-request" ? Answer.Served : Answer.WrongType;
    }

    /// <summary>Over SSH with a user's key, which caps nothing.</summary>
    public static Answer OfSsh(string service, string role, string project, string repository)
    {
        var level = LevelOf(role, "password", project);
        return !Exists(project, repository) || level < 1 ? Answer.Hidden : level < NeededOf(service) ? Answer.Denied : ServedOrMoved(repository);
    }

    /// <summary>Over SSH with a deploy key, to which there is one repository, under whatever name, and nothing else in the world.</summary>
    public static Answer OfSsh(string service, DeployKeyOf key, string project, string repository)
    {
        var isIts = project == key.Project && (repository == key.Repository || (repository == "oldn" && key.Repository == "newn"));
        return !isIts ? Answer.Hidden : NeededOf(service) > (key.CanWrite ? 2 : 1) ? Answer.Denied : ServedOrMoved(repository);
    }

    private static int NeededOf(string service) => service == Wire.ReceivePack ? 2 : 1;

    private static Answer ServedOrMoved(string repository) => repository == "oldn" ? Answer.Moved : Answer.Served;

    private static Answer OfCallWithLogin(Need need, string role, string login, string project, string repository)
    {
        var (level, scope) = (LevelOf(role, login, project), ScopeOf(login));
        var hasRole = !IsAnonymous(login) && role != "guest";
        var isAdmin = hasRole && role is "admin" or "server" && hasRole;
        if (ConcernsProject(need) && (project == "NONE" || level < 1)) return Answer.Hidden;
        if (ConcernsRepository(need) && !Exists(project, repository)) return Answer.Hidden;
        var isGranted = need switch
        {
            Need.Nothing or Need.ReadProject or Need.ReadRepository => true,
            Need.Login => !IsAnonymous(login),
            Need.ServerAdmin or Need.Account => role == "server" && scope == 3,
            Need.RoleInProject => hasRole,
            Need.WriteRepository => level >= 2 && !IsAnonymous(login),
            Need.AdminRead or Need.AdminReadRepository => isAdmin,
            Need.AdminWrite or Need.ManageRepository => isAdmin && scope >= 2,
            _ => isAdmin && scope == 3,
        };
        return isGranted ? Answer.Served : Answer.Denied;
    }

    private static bool Exists(string project, string repository) => project != "NONE" && repository is "live" or "arch" or "oldn" && project != "NONE";

    private static int LevelOf(string role, string login, string project)
    {
        if (project == "NONE") return 0;
        var given = IsAnonymous(login) ? 0 : role switch { "guest" => 0, "viewer" => 1, "member" => 2, _ => 3 };
        return Math.Max(Math.Min(given, ScopeOf(login)), project == "PUBL" ? 1 : 0);
    }

    private static int ScopeOf(string login) => login switch { "password" or "all" or "bearer-all" => 3, "write" or "bearer-write" => 2, _ => 1 };

    private static bool IsAnonymous(string login) => login == "none";

    private static bool IsRefused(string login) => login is "revoked" or "wrong" or "malformed" or "disabled-password" or "disabled-token";
}
