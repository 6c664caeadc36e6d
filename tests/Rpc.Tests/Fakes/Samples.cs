using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Frontends.Rpc.Tests.Fakes;

internal static class Samples
{
    public const string Ed25519Line =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl alice@example";

    public static DateTimeOffset Time { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static UserInfo User(string name, string email = "") =>
        new(UserName.Parse(name), name == "alice" ? FakeLogins.AliceId : Guid.NewGuid(), "", email, false, false, Time);

    public static ProjectInfo Project(string key) => new(ProjectKey.Parse(key), "", false, Time);

    public static RepositoryInfo Repository(string name) =>
        new(RepositoryId.New(), ProjectKey.Parse("DEMO"), RepositoryName.Parse(name), "", "main", false, Time, null);

    /// <summary>What an administrator of the project DEMO finds under the name "hello".</summary>
    public static RepositoryAccess Access { get; } = new(
        RepositoryId.New(), ProjectKey.Parse("DEMO"), RepositoryName.Parse("hello"), AccessLevel.Write, IsPublic: false, MayManage: true);
}
