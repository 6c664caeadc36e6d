using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Policy;

/// <summary>The policy calls of one repository, as its administrator.</summary>
internal static class PolicyApi
{
    public static Task ProtectAsync(this TestRepository repository, object rule) =>
        repository.Server.Admin.PostAsync($"projects/{repository.Project}/repositories/{repository.Name}/protection-rules", rule);

    public static Task SetPolicyAsync(this TestRepository repository, object changes) =>
        repository.Server.Admin.PatchAsync($"projects/{repository.Project}/repositories/{repository.Name}/policy", changes);

    public static Task HideAsync(this TestRepository repository, params string[] names) =>
        repository.SetPolicyAsync(new { hiddenRefs = new { names } });

    /// <summary>A push that must be refused for a reason, and must change nothing.</summary>
    public static async Task AssertRefusedAsync(this TestRepository repository, Git work, string sentence, params string[] arguments)
    {
        var before = await repository.RefsAsync();
        var push = await work.TryAsync(["push", .. arguments]);
        Assert.NotEqual(0, push.ExitCode);
        Assert.Contains(sentence, push.Error, StringComparison.Ordinal);
        Assert.Equal(before, await repository.RefsAsync());
    }
}
