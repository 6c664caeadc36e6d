using System.Text;
using Granary.Grains.Git.Reading.Diffs;

namespace Granary.Diffs.Tests.Engine;

public sealed class LineTextTests
{
    [Theory]
    [InlineData("shift_jis")]
    [InlineData("euc-jp")]
    [InlineData("utf-8")]
    public void Lines_InAnEncodingOfOurUsers_AreReadInIt(string name)
    {
        const string line = "リポジトリの一覧を表示する。変更は次の通りです";
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        var text = LineText.Of([], encoding.GetBytes(line + "\n"));
        Assert.Equal((name, line), (text.Name, text.Decode(encoding.GetBytes(line))));

        // The bytes are there too where the characters do not give them back.
        Assert.Equal(name == "utf-8" ? null : encoding.GetBytes(line), text.RawOf(encoding.GetBytes(line)));
    }

    [Fact]
    public void Lines_InNoneOfThem_HaveACharacterForEachByte()
    {
        var text = LineText.Of([], [0x61, 0xe9, 0xff, 0x0a]);
        Assert.Equal(("iso-8859-1", "aéÿ"), (text.Name, text.Decode([0x61, 0xe9, 0xff])));
    }
}
