using System.Text;
using Granary.Reading.Tests.Sample;

namespace Granary.Reading.Tests.Search;

/// <summary>Some hundred files of few words in folders, the same every time, and beside them what needs care: encodings, long lines, binary files, links.</summary>
internal static class SearchSample
{
    public const string Japanese = "設定を読み込む";
    public const int Files = 200;
    private const string Main = "refs/heads/main";

    private static readonly string[] Words =
        ["foo", "food", "Foo", "bar_foo", "bar", "baz", "(foo)", "a.b", "a+b", "x1", "1x", "foo-bar", "FOO", "été", "Été", "日本語", "return", "if", "", "[x]", "\\d", "$", "^"];

    private static readonly string[] Folders = ["", "src/", "src/deep/", "src/deep/er/", "Src/", "docs/", "test[1]/", "lib/"];
    private static readonly string[] Endings = [".cs", ".txt", ".c", ".md", ""];

    public static FastImport History()
    {
        var random = new Random(22);
        var import = new FastImport();
        import.Commit(Main, "Files");
        for (var file = 0; file < Files; file++)
            import.File($"{Folders[file % Folders.Length]}f{file}{Endings[random.Next(Endings.Length)]}", Text(random), file % 9 == 0 ? "100755" : "100644");
        import.File("binary.bin", [.. "foo\n"u8, 0, .. "foo\n"u8]).File("link", "foo", "120000").Submodule("module", SampleRepository.MissingSubmodule);
        import.File([.. "odd/caf"u8, 0xe9, .. ".txt"u8], "foo in an odd place\n"u8).File("empty.txt", "");
        import.Commit("refs/heads/encodings", "Encodings");
        var shiftJis = CodePagesEncodingProvider.Instance.GetEncoding("shift_jis")!;
        var eucJp = CodePagesEncodingProvider.Instance.GetEncoding("euc-jp")!;
        var text = $"これは最初の行です。\nここで{Japanese}。ここに ABC がある。\n終わりの行です。\n";
        import.File("sjis.txt", shiftJis.GetBytes(text)).File("euc.txt", eucJp.GetBytes(text)).File("utf8.txt", text);
        import.File("utf16le.txt", [0xff, 0xfe, .. Encoding.Unicode.GetBytes(text)]).File("utf16be.txt", [0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes(text)]);
        import.File("mark.txt", [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes($"{Japanese}\n")]).File("latin1.txt", [.. "caf"u8, 0xe9, .. " ABC\n"u8]);

        // In Shift_JIS the second byte of these is "\" and "|".
        import.File("ascii-in-sjis.txt", shiftJis.GetBytes("これは表示とポートです。\n"));
        import.File("crlf.txt", "first;\r\nsecond;\r\n\r\nlast\r here;").File("emoji.txt", "a😀b😀c hit 😀 hit\n");
        import.Commit("refs/heads/lines", "Lines");
        import.File("long.txt", $"{new string('a', 4000)}needle{new string('b', 4000)}\nneedle{new string('c', 2000)}\n");
        import.File("many.txt", string.Concat(Enumerable.Range(1, 2000).Select(static i => $"line {i}\n")));
        import.File("same/1.txt", "the same needle\n").File("same/2.txt", "the same needle\n").File("same/3.txt", "the same needle\n");
        return import;
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var line = random.Next(40); line > 0; line--)
        {
            for (var word = random.Next(6); word > 0; word--) text.Append(Words[random.Next(Words.Length)]).Append(word > 1 ? " " : "");
            if (line > 1 || random.Next(2) == 0) text.Append('\n');
        }

        return text.ToString();
    }
}
