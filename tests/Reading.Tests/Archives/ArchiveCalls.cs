using Granary.Reading.Tests.Sample;
using Granary.V1;

namespace Granary.Reading.Tests.Archives;

internal static class ArchiveCalls
{
    /// <summary>What a call of a repository of the shared server's project answers.</summary>
    public static async Task<(ArchiveInfo Info, byte[] Bytes)> ArchiveAsync(this ReadingServer server, GetArchiveRequest request)
    {
        request.Project = ReadingServer.Project;
        if (request.Repository.Length == 0) request.Repository = ReadingServer.Repository;
        var messages = await ReadingServer.AllAsync(new ArchiveService.ArchiveServiceClient(server.Channel).GetArchive(request, server.Login));
        Assert.All(messages.Skip(1), static m => Assert.InRange(m.Data.Length, 1, 64 << 10));
        return (messages[0].Info, [.. messages.Skip(1).SelectMany(static m => m.Data)]);
    }

    /// <summary>What git makes of the same.</summary>
    public static async Task<byte[]> ArchiveAsync(this RealGit git, params string[] arguments)
    {
        var result = await git.TryAsync(["archive", .. arguments]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.OutputBytes;
    }
}
