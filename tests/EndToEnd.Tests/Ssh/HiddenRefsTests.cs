using Granary.EndToEnd.Tests.Policy;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Ssh;

/// <summary>What is hidden over HTTP is hidden over SSH: from every version of a fetch, and from archives.</summary>
public sealed class HiddenRefsTests(SharedServer shared)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Fetch_OfWhatIsHidden_IsRefused(int version)
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        var secret = await HideAsync(ssh);
        var speak = $"protocol.version={version}";
        Assert.DoesNotContain("secret", await ssh.Git.RunAsync("-c", speak, "ls-remote", ssh.Url), StringComparison.Ordinal);
        await ssh.Git.RunAsync("-c", speak, "clone", "-q", ssh.Url, "copy");
        var copy = ssh.Git.In("copy");
        var refused = await copy.TryAsync("-c", speak, "fetch", "origin", secret);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("not our ref " + secret, refused.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, (await copy.TryAsync("cat-file", "-e", secret)).ExitCode);
    }

    [Fact]
    public async Task Archive_OfAHiddenRef_IsAnsweredAsOfNone()
    {
        using var ssh = await SshRepository.CreateAsync(shared);
        await HideAsync(ssh);
        var hidden = await ssh.Git.TryAsync("archive", "--remote=" + ssh.Url, "secret");
        var absent = await ssh.Git.TryAsync("archive", "--remote=" + ssh.Url, "absent");
        Assert.NotEqual(0, hidden.ExitCode);
        Assert.Contains("no such ref: secret", hidden.Error, StringComparison.Ordinal);
        Assert.Equal(Sorted(absent.Error), Sorted(hidden.Error.Replace("secret", "absent", StringComparison.Ordinal)));
        Assert.NotEmpty((await ssh.Git.TryAsync("archive", "--remote=" + ssh.Url, "main")).Output);
    }

    /// <summary>Standard error comes by two ways, whose order is nobody's.</summary>
    private static IEnumerable<string> Sorted(string error) => error.Split('\n').Order(StringComparer.Ordinal);

    /// <summary>A commit that only a hidden branch has.</summary>
    private static async Task<string> HideAsync(SshRepository ssh)
    {
        var work = await ssh.NewPushedWorkAsync();
        var secret = await TestRepository.CommitAsync(work, "file", "secret\n");
        await work.RunAsync("push", "-q", "origin", "HEAD:refs/heads/secret");
        await ssh.Repository.HideAsync("refs/heads/secret");
        return secret;
    }
}
