using System.Security.Cryptography;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Http;

public sealed class ClientGoneTests(SharedServer shared)
{
    [Fact]
    public async Task Fetch_WhoseClientGoesAway_EndsItsGitProcesses()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync();
        await File.WriteAllBytesAsync(Path.Combine(work.Folder, "large"), RandomNumberGenerator.GetBytes(30_000_000));
        await work.RunAsync("add", "large");
        await work.RunAsync("commit", "-q", "-m", "large");
        await work.RunAsync("push", "-q", "origin", "main");
        var folder = await repository.FolderAsync();

        byte[] body =
        [
            .. Wire.Pkt("command=fetch"), .. "0001"u8, .. Wire.Pkt($"want {await work.RunAsync("rev-parse", "HEAD")}\n"), .. Wire.Pkt("done\n"), .. Wire.Flush,
        ];
        using (var connection = await RawHttp.ConnectAsync(shared.Server.Port))
        {
            var more = "Git-Protocol: version=2\r\n" + RawHttp.Authorization(SharedServer.Member, SharedServer.MemberPassword);
            await connection.SendAsync(RawHttp.PostHead("/" + repository.Path, Wire.UploadPack, body.Length, more), body);
            await connection.ReadUntilAsync("packfile\n");
            Assert.NotEmpty(ProcessesIn(folder));
        }

        await Until.HoldsAsync("no git process works for the client that is gone", () => ProcessesIn(folder).Count == 0);
    }

    /// <summary>Children of the server that work in a repository; git goes into its folder.</summary>
    private List<int> ProcessesIn(string folder) =>
        [.. shared.Server.Children.Select(static c => c.Id).Where(id => new FileInfo($"/proc/{id}/cwd").LinkTarget == folder)];
}
