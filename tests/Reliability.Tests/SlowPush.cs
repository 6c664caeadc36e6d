using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>A push whose body the test sends piece by piece.</summary>
internal static class SlowPush
{
    /// <summary>Sends the head and the first bytes of the body.</summary>
    public static async Task<RawHttp> BeginAsync(TestRepository repository, byte[] body, int first)
    {
        var connection = await RawHttp.ConnectAsync(repository.Server.Port);
        var head = RawHttp.PostHead(
            "/" + repository.Path, "git-receive-pack", body.Length, RawHttp.Authorization(GranaryServer.AdminName, GranaryServer.AdminPassword));
        await connection.SendAsync(head, body.AsMemory(0, first));
        return connection;
    }

    public static Task SendAsync(this RawHttp connection, ReadOnlyMemory<byte> body) => connection.SendAsync("", body);
}
