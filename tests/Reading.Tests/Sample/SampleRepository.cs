using System.Text;

namespace Granary.Reading.Tests.Sample;

/// <summary>
/// A small repository with one of everything that a history can have: merges, renames, a submodule, a symbolic link, binary files, odd
/// encodings of commits and files, odd bytes in paths, a large tree, a dangling commit, tags of all kinds, a signed commit.
/// </summary>
internal static class SampleRepository
{
    public const string MissingSubmodule = "1234567890123456789012345678901234567890";
    public const int BigTreeSize = 1000;

    public static readonly byte[] OddPath = [.. "odd/caf"u8, 0xe9, .. ".txt"u8];

    /// <summary>Makes it, bare, in the folder of a git; its objects are the same every time, but for the signed commit.</summary>
    public static async Task<RealGit> CreateAsync(RealGit home)
    {
        await home.RunAsync("init", "-q", "--bare", "sample.git");
        var git = home.In("sample.git");
        await git.FeedAsync(History().Bytes, "fast-import", "--quiet", "--force");
        await git.RunAsync("symbolic-ref", "HEAD", "refs/heads/main");
        await git.RunAsync("tag", "light", "main~3");
        await git.RunAsync("tag", "-a", "-m", "The first release.", "v1.0", "main~2");
        await git.RunAsync("tag", "-a", "-m", "A tag of a tag.", "nested", "v1.0");
        await git.RunAsync("tag", "-a", "-m", "A tag of a tree.", "of-tree", "main^{tree}");
        await git.RunAsync("tag", "of-blob", "main:README.md");
        await git.RunAsync("update-ref", "refs/hidden/secret", "main~1");
        await SignAsync(home, git);
        return git;
    }

    private static async Task SignAsync(RealGit home, RealGit git)
    {
        var key = Path.Combine(home.Folder, "signing");
        using var keygen = System.Diagnostics.Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
        await keygen.WaitForExitAsync();
        var id = await git.RunAsync("-c", "gpg.format=ssh", "-c", $"user.signingkey={key}", "commit-tree", "-S", "-m", "Signed", "-p", "main", "main^{tree}");
        await git.RunAsync("update-ref", "refs/heads/signed", id);
    }

    private static FastImport History()
    {
        const string main = "refs/heads/main";
        const string side = "refs/heads/side";
        var shiftJis = CodePagesEncodingProvider.Instance.GetEncoding("shift_jis")!;
        var eucJp = CodePagesEncodingProvider.Instance.GetEncoding("euc-jp")!;
        const string japanese = "これは日本語のテキストです。文字コードを推定します。\n";
        var import = new FastImport();
        import.Commit(main, "First commit\n\nWith a body\nof two lines.");
        import.File("README.md", "# Sample\n").File("src/a.txt", Lines(40, "a")).File("src/deep/er/b.txt", "b\n").File("run.sh", "#!/bin/sh\n", "100755");
        import.File("link", "src/a.txt", "120000").Submodule("module", MissingSubmodule).File("empty", "");
        var second = import.Commit(main, "Binary files and encodings");
        import.File("data.bin", Binary(200_000)).File("sjis.txt", shiftJis.GetBytes(japanese)).File("euc.txt", eucJp.GetBytes(japanese));
        import.File("utf8.txt", japanese).File("utf16.txt", [0xff, 0xfe, .. Encoding.Unicode.GetBytes(japanese)]).File(OddPath, "coffee\n"u8);
        import.Commit(main, [.. shiftJis.GetBytes("日本語の件名\n\n本文\n")], null, "Shift_JIS", shiftJis.GetBytes("山田太郎"));
        import.File("src/c.txt", "c\n");
        import.Commit(main, [.. "caf"u8, 0xe9, .. " without a header\n"u8]);
        import.File("src/c.txt", "c\nc\n");
        import.Commit(side, "On the side", second);
        import.File("side/one.txt", "1\n");
        var sideTip = import.Commit(side, "On the side again");
        import.File("side/one.txt", "1\n2\n").File("src/a.txt", Lines(40, "a").Replace("a 5\n", "a five\n", StringComparison.Ordinal));
        var rename = import.Commit(main, Encoding.UTF8.GetBytes("Rename a file\n"), null, zone: "-0330");
        import.Rename("src/a.txt", "src/renamed.txt");
        import.Commit(main, "Merge the side", rename, sideTip);
        import.File("side/one.txt", "1\n2\n").File("src/renamed.txt", Lines(40, "a").Replace("a 5\n", "a five\n", StringComparison.Ordinal)).Delete("src/a.txt");
        import.Commit(main, "Change the renamed file");
        import.File("src/renamed.txt", Lines(41, "a"));
        for (var i = 0; i < 20; i++)
        {
            import.Commit(main, $"Big tree {i}");
            for (var file = i; file < BigTreeSize; file += 20) import.File($"big/f{file:d4}.txt", $"{file}\n");
        }

        import.Commit(main, "Delete a file and tidy up");
        import.Delete("src/c.txt");
        import.Commit(main, "\n \nSpaces  \r\nat the end of\t\r\n\r\nThat is the body.\r\n");
        import.Commit("refs/heads/old", [.. "Out of another time\n"u8], [second], time: 1_000_000);
        import.File("old.txt", "old\n");
        return import;
    }

    private static string Lines(int count, string word) => string.Concat(Enumerable.Range(0, count).Select(i => $"{word} {i}\n"));

    private static byte[] Binary(int size)
    {
        var bytes = new byte[size];
        new Random(1).NextBytes(bytes);
        bytes[10] = 0;
        return bytes;
    }
}
