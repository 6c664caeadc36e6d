using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Benchmarks;

/// <summary>A repository with one commit on main.</summary>
internal sealed record Seed(string Path, string Tree, string Commit)
{
    public const string Project = "BENCH";

    public static async Task<Seed> CreateAsync(GranaryServer server, string name)
    {
        await server.Admin.CreateRepositoryAsync(Project, name);
        var pack = new PackBuilder();
        var tree = pack.AddTree(("file", pack.AddBlob("content\n"u8.ToArray())));
        var seed = new Seed($"{Project}/{name}.git", tree, pack.AddCommit(tree, null, "first"));
        using var client = new RawClient(server, seed.Path);
        Require(await client.PushAsync([new Command("refs/heads/main", Command.Zero, seed.Commit)], pack.Build()));
        return seed;
    }

    public static void Require(PushReport report)
    {
        if (!report.IsOk) throw new InvalidOperationException(report.ToString()[..Math.Min(1000, report.ToString().Length)]);
    }
}
