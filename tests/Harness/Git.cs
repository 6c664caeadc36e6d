using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;

namespace Granary.Tests.Harness;

public sealed record GitResult(int ExitCode, byte[] OutputBytes, string Error)
{
    /// <summary>Standard output without the line feed at its end.</summary>
    public string Output => Encoding.UTF8.GetString(OutputBytes).TrimEnd('\n');
}

/// <summary>
/// Real git in one folder, with nothing of this machine's configuration and no prompt. <see cref="In"/> and
/// <see cref="With"/> give copies, so that one may be shared.
/// </summary>
public sealed class Git
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    private readonly string _home;
    private readonly string _folder;
    private readonly ImmutableDictionary<string, string> _environment;

    private Git(string home, string folder, ImmutableDictionary<string, string> environment)
    {
        _home = home;
        _folder = folder;
        _environment = environment;
    }

    /// <summary>Where it runs.</summary>
    public string Folder => _folder;

    /// <summary>Git whose home, configuration and working folder are <paramref name="home"/>.</summary>
    public static Git Create(string home)
    {
        File.WriteAllText(
            Path.Combine(home, "gitconfig"),
            """
            [user]
                name = Tester
                email = tester@example.org
            [init]
                defaultBranch = main
            [gc]
                auto = 0
            [maintenance]
                auto = false
            [advice]
                detachedHead = false
            [core]
                fsync = none
            [safe]
                directory = *
            """);
        var environment = ImmutableDictionary<string, string>.Empty
            .Add("GIT_CONFIG_NOSYSTEM", "1").Add("GIT_CONFIG_GLOBAL", Path.Combine(home, "gitconfig"))
            .Add("GIT_TERMINAL_PROMPT", "0").Add("GIT_ASKPASS", "true")
            .Add("GIT_AUTHOR_DATE", "1700000000 +0100").Add("GIT_COMMITTER_DATE", "1700000000 +0100");
        return new Git(home, home, environment);
    }

    /// <summary>The same in another folder, absolute or below this one.</summary>
    public Git In(string folder) => new(_home, Path.Combine(_folder, folder), _environment);

    /// <summary>The same with one more environment variable.</summary>
    public Git With(string name, string value) => new(_home, _folder, _environment.SetItem(name, value));

    /// <summary>Runs git; its output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public async Task<string> RunAsync(params string[] arguments) => Require(await TryAsync(arguments), arguments).Output;

    /// <summary>Runs git with something on its standard input; its output.</summary>
    public async Task<string> FeedAsync(ReadOnlyMemory<byte> input, params string[] arguments) =>
        Require(await ExecuteAsync(Writing(input), arguments), arguments).Output;

    public Task<string> FeedAsync(string input, params string[] arguments) => FeedAsync(Encoding.UTF8.GetBytes(input), arguments);

    /// <summary>Runs git with something on its standard input; its output as it came.</summary>
    public async Task<byte[]> FeedForBytesAsync(string input, params string[] arguments) =>
        Require(await ExecuteAsync(Writing(Encoding.UTF8.GetBytes(input)), arguments), arguments).OutputBytes;

    /// <summary>Runs git with an input that is written piece by piece.</summary>
    public async Task<string> StreamAsync(Func<Stream, CancellationToken, Task> write, params string[] arguments) =>
        Require(await ExecuteAsync(write, arguments), arguments).Output;

    /// <summary>Runs git, whatever comes of it.</summary>
    public Task<GitResult> TryAsync(params string[] arguments) => ExecuteAsync(null, arguments);

    /// <summary>Starts git and leaves it to the caller, standard error and output readable.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        CleanEnvironment.Apply(start.Environment, _home);
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static Func<Stream, CancellationToken, Task> Writing(ReadOnlyMemory<byte> input) =>
        (stream, cancellationToken) => stream.WriteAsync(input, cancellationToken).AsTask();

    private async Task<GitResult> ExecuteAsync(Func<Stream, CancellationToken, Task>? write, string[] arguments)
    {
        using var timeout = new CancellationTokenSource(Bound);
        using var process = Start(arguments);
        try
        {
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            using var output = new MemoryStream();
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, timeout.Token);
            if (write is not null)
            {
                await write(process.StandardInput.BaseStream, timeout.Token);
                await process.StandardInput.BaseStream.FlushAsync(timeout.Token);
            }

            process.StandardInput.Close();
            await reading;
            await process.WaitForExitAsync(timeout.Token);
            return new GitResult(process.ExitCode, output.ToArray(), await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"git {string.Join(' ', arguments)} did not end within {Bound.TotalSeconds} s.");
        }
    }

    private static GitResult Require(GitResult result, string[] arguments) => result.ExitCode == 0
        ? result
        : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.Error}{result.Output}");
}
