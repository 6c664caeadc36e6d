using System.CommandLine;
using Granary.Silo.Cli;

namespace Granary.Frontends.Rpc.Tests.Cli;

/// <summary>What the command line says without any server.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("frobnicate")]
    [InlineData("user")]
    [InlineData("user frobnicate")]
    [InlineData("user show alice bob")]
    [InlineData("user create")]
    [InlineData("user create alice")]
    [InlineData("user create alice --password-file /does/not/exist")]
    [InlineData("user create alice --password-file - --no-password")]
    [InlineData("key add alice")]
    [InlineData("key add alice /does/not/exist.pub")]
    [InlineData("token create alice")]
    [InlineData("token create alice --scope everything")]
    [InlineData("token create alice --scope write --expires soon")]
    [InlineData("token create alice --scope write --expires 0d")]
    [InlineData("project update DEMO --public maybe")]
    [InlineData("member set DEMO alice boss")]
    [InlineData("repo create hello")]
    [InlineData("repo create DEMO/hello/there")]
    [InlineData("repo create /hello")]
    [InlineData("repo update DEMO/hello --archived perhaps")]
    [InlineData("user list --server nowhere")]
    [InlineData("user list --user alice")]
    [InlineData("user list --password-file -")]
    public async Task Usage_Wrong_Is2WithAReason(string line)
    {
        var run = await CliRun.Async(line.Split(' '), input: "long enough");
        Assert.Equal(2, run.Status);
        Assert.StartsWith("granary: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("--help", "repo")]
    [InlineData("user --help", "set-password")]
    [InlineData("token create --help", "--expires")]
    public async Task Help_Is0(string line, string word)
    {
        var run = await CliRun.Async(line.Split(' '));
        Assert.Equal(0, run.Status);
        Assert.Contains(word, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatIsNotThere_Is1WithOneSentence()
    {
        var run = await CliRun.Async(["user", "list", "--server", "http://127.0.0.1:1"]);
        Assert.Equal(1, run.Status);
        Assert.StartsWith("granary: The server cannot be reached: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Local_Command_RunsWithoutAServer()
    {
        var command = new Command("admin", "Works on the data.");
        command.SetAction(_ => 1);
        Assert.Equal(1, (await CliRun.Async(["admin"], local: command)).Status);
    }

    [Theory]
    [InlineData(true, "user", "list")]
    [InlineData(true, "--help")]
    [InlineData(true, "--server=http://127.0.0.1:1", "user", "list")]
    [InlineData(false, "--Granary:Http:Port=8080")]
    [InlineData(false)]
    public void IsCommand_TellsCommandsFromSettings(bool expected, params string[] args) =>
        Assert.Equal(expected, CommandLine.IsCommand(args));

    [Theory]
    [InlineData("plain 日本語 text", "plain 日本語 text")]
    [InlineData("\u001b[31mred\u0007\r\n", "?[31mred???")]
    [InlineData("a\u0085\u009b\u2028\u202ebc", "a????bc")]
    public void TerminalText_HasNoControlCharacters(string text, string clean) => Assert.Equal(clean, TerminalText.Clean(text));
}
