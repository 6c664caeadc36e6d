using System.Collections.Concurrent;
using Granary.Tests.Harness;

namespace Granary.Security.Tests.Rights;

/// <summary>
/// Service × version × key × role × state over SSH, compared with <see cref="RightsModel"/>. What is absent and what is private
/// must be one answer, to the last character.
/// </summary>
[Collection(RightsCollection.Name)]
public sealed class SshRightsMatrixTests(RightsWorld world)
{
    private static readonly (string Service, int Version)[] Requests =
    [
        (Wire.UploadPack, 0), (Wire.UploadPack, 1), (Wire.UploadPack, 2), (Wire.ReceivePack, 0), (Wire.ReceivePack, 1), ("git-upload-archive", 0),
    ];

    private readonly ConcurrentBag<string> _wrong = [];
    private readonly ConcurrentDictionary<string, string> _hidden = new();
    private int _count;

    [Fact]
    public async Task Ssh_EveryCommand_IsAnsweredAsTheModelSays()
    {
        using var logins = await SshLogins.CreateAsync(world);
        var cases =
            from project in RightsModel.Projects
            from repository in RightsModel.Repositories
            from request in Requests
            select (project, repository, request);
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (c, _) =>
        {
            foreach (var (role, connection) in logins.Users)
                await TryAsync(connection, role, c.project, c.repository, c.request, RightsModel.OfSsh(c.request.Service, role, c.project, c.repository));
            foreach (var (key, connection) in logins.DeployKeys)
                await TryAsync(connection, $"{key}", c.project, c.repository, c.request, RightsModel.OfSsh(c.request.Service, key, c.project, c.repository));
        });
        Assert.True(_wrong.IsEmpty, $"{_wrong.Count} of {_count} are wrong:\n" + string.Join("\n---\n", _wrong.Take(8)));
        Assert.True(_hidden.Count == 1, "What is hidden is told by one of:\n" + string.Join("\n---\n", _hidden.Select(static h => $"{h.Value}: {h.Key}")));
        Assert.True(_count >= 1_500, $"Only {_count} commands were run.");

        foreach (var (what, client) in logins.Refused)
        {
            var refused = await client.RunAsync(["git-upload-pack 'PUBL/live.git'"]);
            Assert.True(refused.ExitCode == 255 && refused.Error.Contains("Permission denied (publickey)", StringComparison.Ordinal), $"{what}: {refused.ExitCode} {refused.Error}");
        }
    }

    private async Task TryAsync(SshMaster connection, string who, string project, string repository, (string Service, int Version) request, Answer expected)
    {
        using var process = connection.Start([request.Service, $"'{project}/{repository}.git'"], request.Version == 0 ? null : $"version={request.Version}");
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync("0000"); // Nothing wanted, nothing to push.
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was refused before.
        }

        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var text = $"{process.ExitCode}\n{output}\n{await error}";
        var actual = process.ExitCode == 255 ? Answer.LogIn
            : text.Contains("ERROR: There is no such repository, or you may not read it.", StringComparison.Ordinal) ? Answer.Hidden
            : text.Contains("ERROR: You may read this repository but not push to it.", StringComparison.Ordinal) ? Answer.Denied
            : text.Contains($"WARNING: The repository is now {project}/newn", StringComparison.Ordinal) ? Answer.Moved
            : Answer.Served;
        Interlocked.Increment(ref _count);
        var what = $"{request} by {who} on {project}/{repository}";
        if (actual != expected) _wrong.Add($"{what}: {actual} instead of {expected}\n{text}");
        if (expected == Answer.Hidden) _hidden.TryAdd(text, what);
    }
}
