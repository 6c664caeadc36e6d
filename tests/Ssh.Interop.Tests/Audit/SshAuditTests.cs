using System.Text.RegularExpressions;
using Granary.Tests.Harness;

namespace Granary.Ssh.Interop.Tests.Audit;

/// <summary>What ssh-audit finds: the whole list of what is offered, with each finding, is that of the file beside this one.</summary>
public sealed partial class SshAuditTests(InteropServer server)
{
    [Fact]
    public async Task Strict_HasNoFailureAndNoWarning()
    {
        await using var strict = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Ssh__Profile"] = "Strict" });
        var findings = await AuditAsync(strict.SshPort);
        Assert.DoesNotContain(findings, static line => line.Contains("[fail]", StringComparison.Ordinal) || line.Contains("[warn]", StringComparison.Ordinal));
        Assert.Equal(await GoldenAsync("strict.txt"), findings);
    }

    [Fact]
    public async Task Compatible_HasTheKnownEntriesAndNoOther() =>
        Assert.Equal(await GoldenAsync("compatible.txt"), await AuditAsync(server.Server.SshPort));

    /// <summary>Algorithms and findings, without the remarks on versions, which grow with the program's.</summary>
    private static async Task<List<string>> AuditAsync(int port)
    {
        await Run.NeedAsync("ssh-audit", "--help");
        using var folder = new TemporaryFolder();

        // Its status tells of findings; what matters is what it prints.
        var audit = await Run.TryAsync(folder.Path, "ssh-audit", "-n", "--port", $"{port}", "127.0.0.1");
        Assert.Contains("# general", audit.Output, StringComparison.Ordinal);
        var lines = new List<string>();
        foreach (var line in audit.Output.Split('\n'))
        {
            var entry = Entry().Match(line);
            if (entry.Success) lines.Add($"{entry.Groups["kind"].Value} {entry.Groups["name"].Value}");
            var finding = Finding().Match(line);
            if (!finding.Success) continue;

            // Newer than the program: it warns of what it does not know.
            if (finding.Groups["text"].Value.Contains("unknown algorithm", StringComparison.Ordinal)) continue;
            lines.Add($"    [{finding.Groups["level"].Value}] {finding.Groups["text"].Value.Trim()}");
        }

        return lines;
    }

    private static async Task<List<string>> GoldenAsync(string name) =>
        [.. await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Audit", name))];

    [GeneratedRegex(@"^\((?<kind>kex|key|enc|mac)\) (?<name>\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();

    [GeneratedRegex(@"-- \[(?<level>fail|warn)\] (?<text>.*)$|^ +`- \[(?<level>fail|warn)\] (?<text>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Finding();
}
