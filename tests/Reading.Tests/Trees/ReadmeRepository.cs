using System.Text;
using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;

namespace Granary.Reading.Tests.Trees;

/// <summary>A repository with READMEs of many kinds.</summary>
public sealed class ReadmeRepository(ReadingServer server) : IAsyncLifetime
{
    public string Name => "readmes";

    public const string Japanese = "# 説明\n\nこれは日本語のテキストです。文字コードを推定します。\n";

    public async ValueTask InitializeAsync()
    {
        var import = new FastImport();
        import.Commit("refs/heads/main", "READMEs of many kinds");
        import.File("README", "plain").File("readme.TXT", "text").File("ReadMe.md", "# Best").File("README.ja.md", "# 説明").File("READMEX.md", "no");
        import.File("plain/README", "plain").File("plain/readme.zzz", "odd").File("linked/README.md", "../plain/README", "120000").File("folder/README.md/x", "x");
        import.File("sjis/README.md", CodePagesEncodingProvider.Instance.GetEncoding("shift_jis")!.GetBytes(Japanese));
        import.File("mark/README.md", [0xff, 0xfe, .. Encoding.Unicode.GetBytes(Japanese)]).File("binary/README", [1, 0, 2]);
        import.File("long/README.md", new string('x', 1_500_000));
        await server.ImportAsync(Name, import);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
