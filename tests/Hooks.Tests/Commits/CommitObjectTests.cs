using System.Text;
using Granary.Grains.Hooks.Commits.Messages;
using Granary.Grains.Hooks.Commits.Reading;
using Granary.Projects;

namespace Granary.Hooks.Tests.Commits;

public sealed class CommitObjectTests
{
    private const string Japanese = "山田太郎";
    private const string Message = "ログイン画面を修正 fix PROJ-12\n\n本文：（ＰＲＯＪ－１３）も対応";

    [Theory]
    [InlineData("Shift_JIS", 932)]
    [InlineData("SJIS", 932)]
    [InlineData("cp932", 932)]
    [InlineData("EUC-JP", 51932)]
    [InlineData("eucJP", 51932)]
    [InlineData("ISO-2022-JP", 50220)]
    [InlineData("utf-8", 65001)]
    [InlineData("UTF8", 65001)]
    [InlineData("", 65001)]
    public void Parse_EncodingOfTheHeader_IsRead(string name, int codePage)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.GetEncoding(codePage);
        var header = name.Length == 0 ? "" : $"encoding {name}\n";
        var commit = CommitObject.Parse(encoding.GetBytes(
            $"tree {new string('a', 40)}\nauthor {Japanese} <taro@example.jp> 1700000000 +0900\ncommitter {Japanese} <taro@example.jp> 1700000060 +0900\n{header}\n{Message}\n"));
        Assert.Equal(Japanese, commit.Author.Name);
        Assert.Equal("taro@example.jp", commit.Author.Mail);
        Assert.Equal(Message, commit.Message);
        Assert.Equal(["PROJ-12", "PROJ-13"], new IssueScanner(ProjectKey.Parse("DEMO")).Scan(commit.Message).Select(static i => i.Key));
    }

    [Theory]
    [InlineData("no-such-encoding")]
    [InlineData("utf-7")]
    [InlineData("UTF-16")]
    [InlineData("../../etc/passwd")]
    public void Parse_EncodingOfNobody_LeavesTheKeysOrNothing(string name)
    {
        var commit = CommitObject.Parse(Encoding.UTF8.GetBytes($"author A <a@b> 1 +0000\nencoding {name}\n\nPROJ-1 課題"));
        Assert.NotNull(commit.Message);
    }

    [Fact]
    public void Parse_BytesThatAreNoUtf8_BecomeReplacements()
    {
        byte[] raw = [.. "author \xFF\xFE <a@b> 1 +0000\n\n"u8[..7], 0xFF, 0xFE, .. " <a@b> 1 +0000\n\nfix "u8, 0xC3, 0x28, 0x00, 0x1B, .. " PROJ-1"u8];
        var commit = CommitObject.Parse(raw);
        Assert.Equal("\uFFFD\uFFFD", commit.Author.Name);
        Assert.Equal("fix \uFFFD(\uFFFD\uFFFD PROJ-1", commit.Message);
    }

    [Theory]
    [InlineData("A U Thor <a@b.c> 1700000000 +0130", "A U Thor", "a@b.c", 1700000000, 90)]
    [InlineData("A <a@b.c> -5 -0930", "A", "a@b.c", -5, -570)]
    [InlineData("  <> 0 +0000", "", "", 0, 0)]
    [InlineData("A <x <a@b>> 7 +0000", "A", "x <a@b>", 7, 0)]
    [InlineData("A a@b 7 +0000", "A a@b 7 +0000", "", 0, 0)]
    [InlineData("A <a@b>", "A", "a@b", 0, 0)]
    [InlineData("A <a@b> soon", "A", "a@b", 0, 0)]
    [InlineData("A <a@b> 5 +9999", "A", "a@b", 5, 0)]
    [InlineData("A <a@b> 5 JST", "A", "a@b", 5, 0)]
    [InlineData("A <a@b> 5 -", "A", "a@b", 5, 0)]
    [InlineData("A <a@b> 99999999999999999999 +0000", "A", "a@b", 0, 0)]
    public void Parse_Signature_IsWhatCanBeMadeOfIt(string line, string name, string mail, long seconds, int offset)
    {
        var author = CommitObject.Parse(Encoding.UTF8.GetBytes($"author {line}\n\nx")).Author;
        Assert.Equal((name, mail, seconds, offset), (author.Name, author.Mail, author.Time.ToUnixTimeSeconds(), (int)author.Time.Offset.TotalMinutes));
    }

    [Theory]
    [InlineData("9223372036854775807 +1400", 9999)]
    [InlineData("-9223372036854775807 -1400", 1)]
    public void Parse_TimeOutOfTheCalendar_IsItsEnd(string time, int year) =>
        Assert.Equal(year, CommitObject.Parse(Encoding.UTF8.GetBytes($"author A <a@b> {time}\n\nx")).Author.Time.Year);

    [Fact]
    public void Cut_InsideACharacter_LeavesItOut()
    {
        Assert.Equal("a𠮷", CommitObject.Cut("a𠮷b", 3));
        Assert.Equal("a", CommitObject.Cut("a𠮷b", 2));
        Assert.Equal("a𠮷b", CommitObject.Cut("a𠮷b", 4));
    }

    [Fact]
    public void Parse_AnyBytes_GiveTextThatCanBeStored()
    {
        var random = new Random(20261125);
        string[] encodings = ["Shift_JIS", "EUC-JP", "ISO-2022-JP", "UTF-16", "utf-8", "gb18030", "x"];
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        for (var i = 0; i < 2000; i++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            byte[] raw = [.. Encoding.ASCII.GetBytes($"encoding {encodings[i % encodings.Length]}\nauthor "), .. noise, .. "\n\n"u8, .. noise];
            var commit = CommitObject.Parse(raw);
            foreach (var text in new[] { commit.Message, commit.Author.Name, commit.Author.Mail })
            {
                Assert.NotEmpty(strict.GetString(strict.GetBytes(text + "."))); // Throws at half a character.
                Assert.DoesNotContain('\0', text);
                NameRules.Fold(text);
            }

            new IssueScanner(ProjectKey.Parse("DEMO")).Scan(commit.Message);
        }
    }
}
