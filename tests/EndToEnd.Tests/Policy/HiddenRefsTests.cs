using System.Net;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Policy;

/// <summary>A hidden ref shows nowhere, by no version of the protocol, and neither do the objects that only it has.</summary>
public sealed class HiddenRefsTests(SharedServer shared)
{
    private const string Hidden = "refs/internal/secret";

    public static TheoryData<int> Versions => [0, 1, 2];

    [Theory, MemberData(nameof(Versions))]
    public async Task Advertisement_LeavesHiddenRefsOut(int version)
    {
        using var scene = await SceneAsync();
        var git = scene.Repository.Git;
        var all = await git.RunAsync("-c", $"protocol.version={version}", "ls-remote", scene.Repository.Url);
        var named = await git.RunAsync("-c", $"protocol.version={version}", "ls-remote", scene.Repository.Url, Hidden, "refs/tags/hidden/*");
        Assert.Contains("refs/heads/main", all, StringComparison.Ordinal);
        Assert.DoesNotContain("internal", all, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", all, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Secret, all, StringComparison.Ordinal);
        Assert.Equal("", named);
    }

    [Fact]
    public async Task LsRefs_WithThePrefixOfAHiddenRef_AnswersNothing()
    {
        using var scene = await SceneAsync();
        byte[] body = [.. Wire.Pkt("command=ls-refs\n"), .. "0001"u8, .. Wire.Pkt("peel\n"), .. Wire.Pkt("symrefs\n"), .. Wire.Pkt($"ref-prefix {Hidden}\n"), .. "0000"u8];
        var reply = await Wire.PostAsync(scene.Repository.AnonymousUrl, Wire.UploadPack, body, Wire.MemberLogin, Wire.Speak2);
        Assert.Equal("0000", reply.Text);
    }

    [Fact]
    public async Task PushAdvertisement_LeavesHiddenRefsOut()
    {
        using var scene = await SceneAsync();
        var reply = await Wire.GetAsync($"{scene.Repository.AnonymousUrl}/info/refs?service=git-receive-pack", Wire.MemberLogin);
        Assert.Contains("refs/heads/main", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("internal", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Secret, reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WantRef_OfAHiddenRef_IsAnsweredAsOfNone()
    {
        using var scene = await SceneAsync();
        Assert.Equal(
            (await FetchAsync(scene, 2, $"want-ref {Hidden}-none")).Replace("-none", "", StringComparison.Ordinal).ToUpperInvariant()[4..],
            (await FetchAsync(scene, 2, $"want-ref {Hidden}")).ToUpperInvariant()[4..]);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Want_OfWhatOnlyAHiddenRefHas_IsAnsweredAsOfWhatIsNot(int version)
    {
        using var scene = await SceneAsync();
        const string Nothing = "1234567890123456789012345678901234567890";
        foreach (var id in (string[])[scene.Secret, scene.SecretParent, scene.SecretBlob, scene.HiddenTag])
        {
            var reply = await FetchAsync(scene, version, $"want {id}");
            Assert.Contains("not our ref", reply, StringComparison.Ordinal);
            Assert.Equal((await FetchAsync(scene, version, $"want {Nothing}")).Replace(Nothing, "ID", StringComparison.Ordinal), reply.Replace(id, "ID", StringComparison.Ordinal));
        }

        // Not so what everybody may have: a tip, a commit below it, a file.
        foreach (var id in (string[])[scene.Tip, scene.Below, scene.Blob])
            Assert.Contains("PACK", await FetchAsync(scene, version, $"want {id}"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task CloneAndFetch_BringNothingHidden(int version)
    {
        using var scene = await SceneAsync();
        var git = scene.Repository.Git;
        await git.RunAsync("-c", $"protocol.version={version}", "clone", "-q", "--mirror", scene.Repository.Url, "copy.git");
        var copy = git.In("copy.git");
        foreach (var id in (string[])[scene.Secret, scene.SecretBlob, scene.HiddenTag])
            Assert.NotEqual(0, (await copy.TryAsync("cat-file", "-e", id)).ExitCode);
        Assert.Equal(0, (await copy.TryAsync("cat-file", "-e", scene.Tip)).ExitCode);
    }

    [Fact]
    public async Task DeepenNot_OfAHiddenName_IsAnsweredAsOfNone()
    {
        using var scene = await SceneAsync();
        var hidden = await FetchAsync(scene, 2, $"want {scene.Tip}", $"deepen-not {Hidden}");
        var missing = await FetchAsync(scene, 2, $"want {scene.Tip}", $"deepen-not {Hidden}x");
        Assert.Equal(missing[4..].Replace(Hidden + "x", Hidden, StringComparison.Ordinal), hidden[4..]);
    }

    [Fact]
    public async Task Push_ToAHiddenRef_IsRefused()
    {
        using var scene = await SceneAsync();
        await scene.Repository.AssertRefusedAsync(scene.Repository.Git.In("work"), "the ref is hidden", "origin", "main:refs/internal/mine");
        await scene.Repository.AssertRefusedAsync(scene.Repository.Git.In("work"), "the ref is hidden", "--force", "origin", $":{Hidden}");
    }

    [Fact]
    public async Task Push_OfARefToAHiddenObject_IsRefused()
    {
        using var scene = await SceneAsync();
        foreach (var (id, name) in ((string, string)[])[(scene.Secret, "refs/heads/mine"), (scene.SecretParent, "refs/heads/mine"), (scene.SecretBlob, "refs/tags/mine"), (scene.HiddenTag, "refs/tags/mine")])
        {
            var reply = await Wire.PostAsync(
                scene.Repository.AnonymousUrl, Wire.ReceivePack, Wire.Push(Wire.Zero, id, name, Wire.EmptyPack), Wire.MemberLogin);
            Assert.Contains($"ng {name} missing necessary objects", reply.Text, StringComparison.Ordinal);
        }

        // A ref to what is visible, without sending it again, is as good as ever.
        var good = await Wire.PostAsync(
            scene.Repository.AnonymousUrl, Wire.ReceivePack, Wire.Push(Wire.Zero, scene.Below, "refs/heads/fine", Wire.EmptyPack), Wire.MemberLogin);
        Assert.Contains("ok refs/heads/fine", good.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_OfWhatAHiddenRefHasAsWell_IsAcceptedWithItsObjects()
    {
        using var scene = await SceneAsync();
        var work = scene.Repository.Git.In("work");
        await work.RunAsync("push", "-q", "origin", "aside:refs/heads/open", "main:refs/heads/copy", "main~1:refs/heads/older");
        Assert.Contains($"{scene.Secret}\trefs/heads/open", await scene.Repository.RefsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_OfOneRefToAHiddenObjectAndOneGood_IsDecidedForEach()
    {
        using var scene = await SceneAsync();
        byte[] body =
        [
            .. Wire.Pkt($"{Wire.Zero} {scene.Secret} refs/heads/bad\0 report-status"), .. Wire.Pkt($"{Wire.Zero} {scene.Below} refs/heads/good"),
            .. Wire.Flush, .. Wire.EmptyPack,
        ];
        var reply = await Wire.PostAsync(scene.Repository.AnonymousUrl, Wire.ReceivePack, body, Wire.MemberLogin);
        Assert.Contains("ng refs/heads/bad missing necessary objects", reply.Text, StringComparison.Ordinal);
        Assert.Contains("ok refs/heads/good", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HiddenRefs_ShownAgain_AreThereAtOnce()
    {
        using var scene = await SceneAsync();
        await scene.Repository.HideAsync();
        Assert.Contains(Hidden, await scene.Repository.RefsAsync(), StringComparison.Ordinal);
        Assert.Contains("PACK", await FetchAsync(scene, 2, $"want {scene.SecretParent}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activity_LeavesHiddenRefsOut()
    {
        using var scene = await SceneAsync();
        var path = $"projects/{scene.Repository.Project}/repositories/repo/activity";
        await scene.Repository.Git.In("work").RunAsync("push", "-q", "origin", "main:refs/heads/last");
        var all = "";
        await Until.HoldsAsync("the last push is in the feed", async () =>
            (all = (await shared.Admin.GetAsync(path)).GetRawText()).Contains("refs/heads/last", StringComparison.Ordinal));
        Assert.DoesNotContain("internal", all, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Secret, all, StringComparison.Ordinal);
        Assert.DoesNotContain("refs/tags/hidden", all, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Secret, (await shared.Admin.GetAsync($"{path}?ref={Hidden}")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DefaultBranch_CannotBeHidden()
    {
        using var scene = await SceneAsync();
        var reply = await shared.Admin.SendAsync(
            HttpMethod.Patch, $"projects/{scene.Repository.Project}/repositories/repo/policy", new { hiddenRefs = new { names = new[] { "refs/heads/main" } } });
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains("is the default branch and cannot be hidden", reply.Text, StringComparison.Ordinal);
    }

    private static async Task<string> FetchAsync(Scene scene, int version, params string[] arguments)
    {
        byte[] body = version == 2
            ? [.. Wire.Pkt("command=fetch\n"), .. "0001"u8, .. arguments.SelectMany(static a => Wire.Pkt(a + "\n")), .. Wire.Pkt("include-tag\n"), .. Wire.Pkt("done\n"), .. "0000"u8]
            : [.. arguments.SelectMany(static a => Wire.Pkt(a + " side-band-64k include-tag\n")), .. "0000"u8, .. Wire.Pkt("done\n")];
        var reply = await Wire.PostAsync(
            scene.Repository.AnonymousUrl, Wire.UploadPack, body, Wire.MemberLogin,
            request =>
            {
                if (version > 0) request.Headers.Add("Git-Protocol", $"version={version}");
            });
        return reply.Text;
    }

    /// <summary>main with three commits, and two more commits with a file under a hidden ref and a tag of it.</summary>
    private async Task<Scene> SceneAsync()
    {
        var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 3);
        await work.RunAsync("checkout", "-q", "-b", "aside", "HEAD~1");
        var parent = await TestRepository.CommitAsync(work, "secret", "the secret\n");
        var secret = await TestRepository.CommitAsync(work, "secret2", "another secret\n");
        await work.RunAsync("tag", "-a", "-m", "hidden", "hidden/visible-commit", "main~1");
        await work.RunAsync("push", "-q", "origin", $"aside:{Hidden}", "hidden/visible-commit");
        await work.RunAsync("checkout", "-q", "main");
        await repository.HideAsync("refs/internal", "refs/tags/hidden");
        return new Scene(
            repository, await work.RunAsync("rev-parse", "main"), await work.RunAsync("rev-parse", "main~2"), await work.RunAsync("rev-parse", "main~2:file1"),
            secret, parent, await work.RunAsync("rev-parse", "aside:secret"), await work.RunAsync("rev-parse", "hidden/visible-commit"));
    }

    private sealed record Scene(
        TestRepository Repository, string Tip, string Below, string Blob, string Secret, string SecretParent, string SecretBlob, string HiddenTag) : IDisposable
    {
        public void Dispose() => Repository.Dispose();
    }
}
