using System.Diagnostics;
using Granary.Grains.Hooks.Commits.Messages;
using Granary.Hooks.Commits;
using Granary.Projects;

namespace Granary.Hooks.Tests.Commits;

public sealed class IssueScannerTests
{
    private const string Own = "DEMO";

    /// <summary>What is found: keys, with the sign of what is said of them: <c>~</c> refers, <c>%</c> resolves, <c>!</c> fixes, <c>x</c> closes.</summary>
    [Theory]
    [InlineData("PROJ-123", "PROJ-123")]
    [InlineData("PROJ-1 and OTHER_2-45.", "PROJ-1 OTHER_2-45")]
    [InlineData("修正PROJ-12です", "PROJ-12")]
    [InlineData("PROJ-12の件を対応。PROJ-13、PROJ-14も", "PROJ-12 PROJ-13 PROJ-14")]
    [InlineData("対応ー PROJ-7ー完了", "PROJ-7")]
    [InlineData("か\u3099PROJ-8", "PROJ-8")]
    [InlineData("（PROJ-12）【PROJ-13】「PROJ-14」", "PROJ-12 PROJ-13 PROJ-14")]
    [InlineData("ＰＲＯＪ－１２３を修正", "PROJ-123")]
    [InlineData("PROJ\u221212 PROJ\u201113", "PROJ-12 PROJ-13")]
    [InlineData("[PROJ-1](PROJ-2)<PROJ-3>\"PROJ-4\"'PROJ-5'#PROJ-6", "PROJ-1 PROJ-2 PROJ-3 PROJ-4 PROJ-5 PROJ-6")]
    [InlineData("이슈PROJ-3을 고침", "PROJ-3")]
    [InlineData("Merge branch 'feature/PROJ-12-login'", "PROJ-12")]
    [InlineData("see https://example.org/browse/PROJ-12?x=1", "PROJ-12")]
    [InlineData("PROJ-1\nPROJ-1 PROJ-2\r\nPROJ-2", "PROJ-1 PROJ-2")]
    [InlineData("-PROJ-4 in a list", "PROJ-4")]
    [InlineData("UTF-8, SHA-256", "UTF-8 SHA-256")]
    [InlineData("X-1", "X-1")]
    [InlineData("PROJ-999999999", "PROJ-999999999")]
    public void Scan_Keys_AreFound(string message, string expected) => Assert.Equal(expected, Found(message));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("PROJ-")]
    [InlineData("-12")]
    [InlineData("PROJ-0")]
    [InlineData("PROJ-012")]
    [InlineData("PROJ-1234567890")]
    [InlineData("proj-12 Proj-12 pROJ-12")]
    [InlineData("xPROJ-12 éPROJ-12 жPROJ-12 e\u0301PROJ-12")]
    [InlineData("PROJ-12x PROJ-12_ PROJ-12é")]
    [InlineData("9PROJ-12 _PROJ-12 12-12")]
    [InlineData("CVE-2024-1234 ISO-8859-1 FOO-BAR-12")]
    [InlineData("GPL-2.0 ASP.NET-8.0.1 lib.NET-8")]
    [InlineData("me@HOST-12.example.org")]
    [InlineData("ABCDEF12-3456-ABCD-ABCD-ABCDEF123456")]
    [InlineData("UTF-16LE")]
    [InlineData("%2FPROJ-12")]
    [InlineData("PROJ--12 PROJ - 12")]
    public void Scan_NoKeys_FindsNothing(string message) => Assert.Empty(Found(message));

    [Theory]
    [InlineData("fix PROJ-1", "!PROJ-1")]
    [InlineData("Fixes: PROJ-1", "!PROJ-1")]
    [InlineData("FIXED [PROJ-1]", "!PROJ-1")]
    [InlineData("fix(PROJ-1): the door", "!PROJ-1")]
    [InlineData("fix：（ＰＲＯＪ－１）", "!PROJ-1")]
    [InlineData("closes #PROJ-1", "xPROJ-1")]
    [InlineData("Resolved PROJ-1", "%PROJ-1")]
    [InlineData("refs PROJ-1", "~PROJ-1")]
    [InlineData("fix PROJ-1, PROJ-2 and PROJ-3", "!PROJ-1 !PROJ-2 !PROJ-3")]
    [InlineData("fix PROJ-1、PROJ-2とPROJ-3", "!PROJ-1 !PROJ-2 !PROJ-3")]
    [InlineData("fixes PROJ-1,\nPROJ-2", "!PROJ-1 !PROJ-2")]
    [InlineData("fix PROJ-1 as PROJ-2 was", "!PROJ-1 PROJ-2")]
    [InlineData("fix PROJ-1, close PROJ-2; PROJ-3", "!PROJ-1 xPROJ-2 xPROJ-3")]
    [InlineData("PROJ-1 then fixes PROJ-1", "!PROJ-1")]
    [InlineData("refs PROJ-1 closes PROJ-1 refs PROJ-1", "xPROJ-1")]
    [InlineData("ログインを修正 fix PROJ-1", "!PROJ-1")]
    [InlineData("PROJ-1 typo #fix", "!PROJ-1")]
    [InlineData("PROJ-1 #closed\nPROJ-2 open", "xPROJ-1 PROJ-2")]
    [InlineData("prefix PROJ-1", "PROJ-1")]
    [InlineData("hotfix-fix PROJ-1", "PROJ-1")]
    [InlineData("fixture PROJ-1", "PROJ-1")]
    [InlineData("fix\n\nPROJ-1", "PROJ-1")]
    [InlineData("fix the door of PROJ-1", "PROJ-1")]
    [InlineData("PROJ-1 #fixture a#fix", "PROJ-1")]
    public void Scan_Keywords_SayWhatIsDone(string message, string expected) => Assert.Equal(expected, Found(message));

    [Theory]
    [InlineData("demo", "fix demo-1 and Demo-2, other-3", "!demo-1 !Demo-2")]
    [InlineData("MY-PROJ", "MY-PROJ-12 my-proj-13 XMY-PROJ-14", "MY-PROJ-12 my-proj-13")]
    [InlineData("my.lib", "my.lib-3.", "my.lib-3")]
    [InlineData("開発", "これは開発-12を修正", "開発-12")]
    [InlineData("開発", "開-12", "")]
    [InlineData("проект", "см. проект-5 и мойпроект-6", "проект-5")]
    [InlineData("𠮷野", "x𠮷野-4", "𠮷野-4")]
    public void Scan_KeysOfTheOwnProject_AreFoundInAnyLetters(string own, string message, string expected) => Assert.Equal(expected, Found(message, own));

    [Fact]
    public void Scan_MoreThanTheBounds_StopsThere()
    {
        var many = string.Join(' ', Enumerable.Range(1, 1000).Select(static i => $"PROJ-{i}"));
        Assert.Equal(IssueScanner.MaxIssues, new IssueScanner(ProjectKey.Parse(Own)).Scan(many).Count);
        var far = new string(' ', IssueScanner.MaxScanned) + "PROJ-1";
        Assert.Empty(Found(far));
        Assert.Equal("PROJ-1", Found(far[6..]));
    }

    /// <summary>What would take long is taken apart in a moment, and nothing is found that the query could not ask for.</summary>
    [Fact]
    public void Scan_AnyText_EndsAndFindsKeysThatCanBeAskedFor()
    {
        var random = new Random(20261125);
        string[] pieces = ["A", "PROJ", "-", "－", "1", "0", "fix", "#", " ", "\n", ",", "(", "課題", "\uD842", "\uDFB7", "\0", "é", "DEMO", "demo", "and", "\u3099", "\u0301", ".", "@", "ABCDEF12-3456-"];
        var scanner = new IssueScanner(ProjectKey.Parse(Own));
        for (var i = 0; i < 5000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)]));
            foreach (var issue in scanner.Scan(text)) Assert.True(IssueKey.TryParse(issue.Key, out _, out var fault), $"{text}: {issue.Key}: {fault}");
        }

        var clock = Stopwatch.StartNew();
        foreach (var worst in new[] { "A-1-", "-1", "A", "#", "fix ", "A-1 ", "A-1 #", "A-1 #a\n", "DEMO-1", "\uD842-1" }) scanner.Scan(string.Concat(Enumerable.Repeat(worst, IssueScanner.MaxScanned)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3), $"took {clock.Elapsed}");
    }

    private static string Found(string message, string own = Own) => string.Join(
        ' ', new IssueScanner(ProjectKey.Parse(own)).Scan(message).Select(static issue => Sign(issue.Action) + issue.Key));

    private static string Sign(IssueAction action) => action switch
    {
        IssueAction.Refers => "~",
        IssueAction.Resolves => "%",
        IssueAction.Fixes => "!",
        IssueAction.Closes => "x",
        _ => "",
    };
}
