using System.Text;
using Granary.Frontends.Ssh.Git.Commands;

namespace Granary.Frontends.Ssh.Git.Tests.Commands;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("git-upload-pack '/DEMO/hello.git'", "git-upload-pack", "/DEMO/hello.git")]
    [InlineData("git upload-pack DEMO/hello", "git", "upload-pack", "DEMO/hello")]
    [InlineData("  git-upload-pack   'a b'  ", "git-upload-pack", "a b")]
    [InlineData(@"git-upload-pack 'it'\''s'", "git-upload-pack", "it's")]
    [InlineData(@"git-upload-pack 'wow'\!''", "git-upload-pack", "wow!")]
    [InlineData("git-upload-pack ''", "git-upload-pack", "")]
    [InlineData("git-upload-pack '$(id);`id`|&<>*?\"\\'", "git-upload-pack", "$(id);`id`|&<>*?\"\\")]
    [InlineData("git-upload-pack 'プロジェクト/倉庫.git'", "git-upload-pack", "プロジェクト/倉庫.git")]
    public void Parse_WhatGitWrites_IsWhatGitMeant(string line, params string[] words)
    {
        Assert.True(ShellWords.TryParse(Encoding.UTF8.GetBytes(line), out var parsed));
        Assert.Equal(words, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("git-upload-pack 'open")]
    [InlineData(@"git-upload-pack \")]
    [InlineData(@"git-upload-pack \n")]
    [InlineData("git-upload-pack \"a\"")]
    [InlineData("git-upload-pack $HOME")]
    [InlineData("git-upload-pack a;id")]
    [InlineData("git-upload-pack a|id")]
    [InlineData("git-upload-pack a&")]
    [InlineData("git-upload-pack a>b")]
    [InlineData("git-upload-pack `id`")]
    [InlineData("git-upload-pack a*")]
    [InlineData("git-upload-pack #a")]
    [InlineData("git-upload-pack a\nid")]
    [InlineData("git-upload-pack 'a\nb'")]
    [InlineData("git-upload-pack 'a\0b'")]
    [InlineData("a\tb")]
    [InlineData("a b c d e f g h i j k l m n o p q r s t")]
    public void Parse_WhatAShellWouldDoMoreWith_IsRefused(string line) => Assert.False(ShellWords.TryParse(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void Parse_NotUtf8OrTooLong_IsRefused()
    {
        Assert.False(ShellWords.TryParse([(byte)'a', 0xff], out _));
        Assert.False(ShellWords.TryParse(Enumerable.Repeat((byte)'a', ShellWords.MaxLength + 1).ToArray(), out _));
        Assert.True(ShellWords.TryParse(Enumerable.Repeat((byte)'a', ShellWords.MaxLength).ToArray(), out _));
    }

    /// <summary>A fixed seed: what a mutated line parses to, quoting gives back.</summary>
    [Fact]
    public void Parse_MutatedLines_NeverThrowAndQuoteBack()
    {
        var random = new Random(20261124);
        var seed = Encoding.UTF8.GetBytes(@"git-upload-pack '/DEMO/it'\''s'\!'.git'");
        for (var i = 0; i < 200_000; i++)
        {
            var line = seed.ToArray();
            for (var changes = random.Next(4); changes >= 0; changes--) line[random.Next(line.Length)] = (byte)random.Next(256);
            if (!ShellWords.TryParse(line.AsSpan(0, random.Next(1, line.Length + 1)), out var words)) continue;
            var quoted = string.Join(' ', words.Select(Quote));
            Assert.True(ShellWords.TryParse(Encoding.UTF8.GetBytes(quoted), out var again), quoted);
            Assert.Equal(words, again);
        }
    }

    private static string Quote(string word) =>
        "'" + word.Replace("'", @"'\''", StringComparison.Ordinal).Replace("!", @"'\!'", StringComparison.Ordinal) + "'";
}
