using System.Text;
using Granary.Diffs.Tests.Engine;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;
using Granary.Tests.Harness;

[assembly: AssemblyFixture(typeof(HistoryRepository))]

namespace Granary.Diffs.Tests.Engine;

/// <summary>A repository with a history of all that may become of a file; the same at each run.</summary>
public sealed class HistoryRepository : IAsyncLifetime, IDisposable
{
    private const int Steps = 24;

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(20_13);

    public RealGit Git { get; private set; } = null!;

    internal ObjectSource Objects { get; private set; } = null!;

    /// <summary>The commits from the first one on.</summary>
    public IReadOnlyList<string> Commits { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var home = RealGit.Create(_folder.Path);
        await home.RunAsync("init", "-q", "-b", "main", "work");
        Git = home.In("work");
        for (var i = 0; i < 40; i++) Write($"src/{(char)('a' + (i % 5))}/file{i}.c", Source(i, 60));
        await CommitAsync("Sources");
        for (var step = 0; step < Steps; step++)
        {
            Step(step);
            await CommitAsync($"Step {step}");
        }

        await OddCommitsAsync();
        Commits = (await Git.RunAsync("rev-list", "--reverse", "HEAD")).Split('\n');
        Objects = new ObjectSource(Path.Combine(Git.Folder, ".git", "objects"));
    }

    public async Task<ObjectId> TreeOfAsync(string commit) => ObjectId.Parse(await Git.RunAsync("rev-parse", commit + "^{tree}"));

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        Objects?.Dispose();
        _folder.Dispose();
    }

    private void Step(int step)
    {
        foreach (var path in Directory.GetFiles(Path.Combine(Git.Folder, "src"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(Git.Folder, path);
            switch (_random.Next(24))
            {
                case 0 or 1 or 2:
                    Edit(name);
                    break;
                case 3:
                    Move(name, $"src/{(char)('a' + _random.Next(7))}/{Path.GetFileName(name)}");
                    break;
                case 4:
                    Edit(name);
                    Move(name, $"lib/{step}-{Path.GetFileName(name)}");
                    break;
                case 5 when step % 3 == 0:
                    File.Delete(path);
                    break;
                case 6 when step % 3 == 1:
                    Write($"src/new/{step}-{_random.Next(1000)}.c", File.ReadAllText(path) + "more();\n");
                    break;
                case 7 when step % 4 == 2 && !OperatingSystem.IsWindows():
                    File.SetUnixFileMode(path, File.GetUnixFileMode(path) ^ UnixFileMode.UserExecute);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>What random edits do not make.</summary>
    private async Task OddCommitsAsync()
    {
        Write("odd/no-newline", "one\ntwo");
        Write("odd/white", "int  a;\nint b;  \n\tint c;\n\nint d;\n");
        Write("odd/crlf", "one\r\ntwo\r\n");
        WriteBytes("odd/binary", [1, 2, 0, 3, 4]);
        WriteBytes("odd/sjis", [0x93, 0xfa, 0x96, 0x7b, (byte)'\n', 0x8c, 0xea, (byte)'\n']);
        Write("odd/空", "日本語\n二\n");
        Write("odd/empty", "");
        Write("odd/becomes-link", "a file\nof lines\n");
        Write("odd/becomes-folder", "a file that makes place for a folder\n");
        File.CreateSymbolicLink(Path.Combine(Git.Folder, "odd/link"), "no-newline");
        await Git.RunAsync("update-index", "--add", "--cacheinfo", $"160000,{new string('1', 40)},odd/module");
        await CommitAsync("Odd files");
        Write("odd/no-newline", "one\ntwo\nthree");
        Write("odd/white", "int a;\nint b;\nint c;\n\n\n\nint d;\n");
        Write("odd/crlf", "one\ntwo\n");
        WriteBytes("odd/binary", [1, 2, 0, 3, 5]);
        WriteBytes("odd/sjis", [0x93, 0xfa, 0x96, 0x7b, (byte)'\n', 0x8c, 0xea, 0x8c, 0xea, (byte)'\n']);
        Write("odd/空", "日本語\n三\n");
        File.Delete(Path.Combine(Git.Folder, "odd/becomes-folder"));
        Write("odd/becomes-folder/file", "within\n");
        File.Delete(Path.Combine(Git.Folder, "odd/link"));
        File.CreateSymbolicLink(Path.Combine(Git.Folder, "odd/link"), "elsewhere");
        await Git.RunAsync("update-index", "--add", "--cacheinfo", $"160000,{new string('2', 40)},odd/module");
        await CommitAsync("Odd changes");
        Write("odd/no-newline", "one\ntwo\nthree\n");
        File.Delete(Path.Combine(Git.Folder, "odd/becomes-link"));
        File.CreateSymbolicLink(Path.Combine(Git.Folder, "odd/becomes-link"), "binary");
        Move("odd/empty", "odd/empty-too");
        await CommitAsync("Odd ends");
        await OddPathAsync();
    }

    /// <summary>A path that is no text, which .NET cannot write.</summary>
    private async Task OddPathAsync()
    {
        var blob = await Git.FeedAsync("bytes\n", "hash-object", "-w", "--stdin");
        byte[] line = [.. Encoding.ASCII.GetBytes($"100644 {blob}\todd/"), 0xff, 0xfe, (byte)'x', 0];
        await Git.FeedAsync(line, "update-index", "-z", "--index-info");
        await Git.RunAsync("commit", "-q", "-m", "Odd path");
    }

    private void Edit(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Git.Folder, name)).ToList();
        for (var i = _random.Next(1, 6); i > 0 && lines.Count > 10; i--)
        {
            var at = _random.Next(lines.Count - 5);
            switch (_random.Next(5))
            {
                case 0:
                    lines.RemoveRange(at, _random.Next(1, 4));
                    break;
                case 1:
                    lines.InsertRange(at, Source(_random.Next(1000), 3).TrimEnd('\n').Split('\n'));
                    break;
                case 2:
                    lines.Insert(at, "");
                    break;
                case 3:
                    lines[at] = "\t" + lines[at] + "  ";
                    break;
                default:
                    lines[at] += " // changed";
                    break;
            }
        }

        Write(name, string.Join('\n', lines) + "\n");
    }

    private static string Source(int seed, int lines)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < lines; i++)
        {
            _ = (i % 12) switch
            {
                0 => text.Append("int function").Append(random.Next(100)).Append("(int a)\n"),
                1 => text.Append("{\n"),
                10 => text.Append("}\n"),
                11 => text.Append('\n'),
                _ => text.Append("    call").Append(random.Next(40)).Append("(a, ").Append(random.Next(9)).Append(");\n"),
            };
        }

        return text.ToString();
    }

    private void Move(string from, string to)
    {
        var target = Path.Combine(Git.Folder, to);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(Path.Combine(Git.Folder, from), target, overwrite: true);
    }

    private void Write(string name, string text) => WriteBytes(name, Encoding.UTF8.GetBytes(text));

    private void WriteBytes(string name, byte[] bytes)
    {
        var path = Path.Combine(Git.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private async Task CommitAsync(string message)
    {
        // The submodule has no folder: adding all would remove it.
        await Git.RunAsync("add", "-A", "--", ".", ":(exclude)odd/module");
        await Git.RunAsync("commit", "-q", "-m", message);
    }
}
