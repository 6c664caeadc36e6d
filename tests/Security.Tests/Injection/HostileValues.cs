namespace Granary.Security.Tests.Injection;

/// <summary>Texts that become options, commands, paths or lines where they are put without care. Each holds <see cref="Mark"/>.</summary>
internal static class HostileValues
{
    public const string Mark = "h0st1le";

    public static string[] All(string canary) =>
    [
        $"-{Mark}", $"--{Mark}", $"--output={canary}{Mark}", $"--upload-pack=touch {canary}; {Mark}", $"--exec=touch {canary};{Mark}",
        $"-c{Mark}.x=y", $"--config-env=core.pager={Mark}", $"--git-dir=/{Mark}", $"$(touch {canary}){Mark}", $"`touch {canary}`{Mark}",
        $";touch {canary};{Mark}", $"|touch {canary} {Mark}", $"{Mark}\0--x", $"{Mark}\n--x", $"{Mark}\r\nX-Injected: {Mark}", $"{Mark}@{{-1}}",
        $"../../../{Mark}", $"..%2f..%2f{Mark}", $"/etc/{Mark}", $":/{Mark}", $"{Mark}..{Mark}", $"ext::sh -c 'touch {canary}' {Mark}",
        $"{Mark};key=value,\"x\"\\", $"{Mark}={Mark}", $"refs/heads/-{Mark}", $"{Mark}\u202e\u0007", $"{Mark}.lock", new string('x', 3000) + Mark,
    ];
}
