using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Processes;

/// <summary>Starts git with a minimal environment: nothing of the silo's, no configuration but the repository's and ours.</summary>
internal sealed class GitCommand
{
    /// <summary>A variable with which git finds no program but its own, whatever the contents of a repository make it look for.</summary>
    public const string OwnProgramsOnly = "PATH=/nonexistent";

    /// <summary>Configuration that holds for every git process, above whatever a repository's own file says.</summary>
    private static readonly (string Key, string Value)[] Configuration =
    [
        ("safe.directory", "*"),
        ("core.hooksPath", "/dev/null"),
        ("core.fsmonitor", "false"),
        ("core.fsync", "committed"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("uploadpack.allowFilter", "true"),
        ("uploadpack.allowRefInWant", "true"),
        ("uploadpack.allowAnySHA1InWant", "true"),
        ("uploadpackfilter.allow", "false"),
        ("uploadpackfilter.blob:none.allow", "true"),
        ("uploadpackfilter.blob:limit.allow", "true"),
        ("uploadpackfilter.tree.allow", "true"),
        ("uploadpackfilter.object:type.allow", "true"),
        ("uploadpackfilter.combine.allow", "true"),
    ];

    private readonly string _executable;
    private readonly string[] _environment;
    private readonly ProcessLimits _limits;

    public GitCommand(IOptions<GitOptions> options)
    {
        _executable = options.Value.Executable;
        _limits = new ProcessLimits(options.Value.MemoryLimit, options.Value.ProcessorTimeLimit);
        _environment =
        [
            "PATH=" + Environment.GetEnvironmentVariable("PATH"),
            "HOME=/nonexistent",
            "LC_ALL=C",
            "GIT_CONFIG_NOSYSTEM=1",
            "GIT_CONFIG_GLOBAL=/dev/null",
            "GIT_ATTR_NOSYSTEM=1",
            "GIT_TERMINAL_PROMPT=0",
            "GIT_NO_REPLACE_OBJECTS=1",
            $"GIT_ALLOC_LIMIT={options.Value.AllocationLimit}",
            $"GIT_CONFIG_COUNT={Configuration.Length}",
            .. Configuration.Select((setting, i) => $"GIT_CONFIG_KEY_{i}={setting.Key}"),
            .. Configuration.Select((setting, i) => $"GIT_CONFIG_VALUE_{i}={setting.Value}"),
        ];
    }

    /// <param name="repository">Where git works.</param>
    /// <param name="arguments">The subcommand and its arguments.</param>
    /// <param name="environment">More variables, before those of the same name.</param>
    /// <param name="onError">See <see cref="GitProcess.Start"/>.</param>
    public GitProcess Start(
        RepositoryPaths repository, IReadOnlyList<string> arguments, IReadOnlyList<string>? environment = null,
        Action<ReadOnlyMemory<byte>>? onError = null) =>
        GitProcess.Start(
            arguments[0], _executable, arguments, [.. Without(environment ?? []), "GIT_DIR=" + repository.Root, .. environment ?? []], onError, limits: _limits);

    private IEnumerable<string> Without(IReadOnlyList<string> others) => others.Count == 0
        ? _environment
        : _environment.Where(own => !others.Any(other => NameOf(other).SequenceEqual(NameOf(own))));

    private static ReadOnlySpan<char> NameOf(string variable) => variable.AsSpan(0, variable.IndexOf('=', StringComparison.Ordinal) + 1);
}
