using Granary.V1;
using Stage = Granary.V1.ImportRepositoryResponse.Types.Stage;

namespace Granary.Silo.Cli.Imports;

/// <summary>How an import goes, on lines of standard error: each stage once, and what came every few seconds.</summary>
internal sealed class ProgressLines(Terminal terminal, RepositoryPath path)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private Stage _stage;
    private long _said;

    public void Show(ImportRepositoryResponse news)
    {
        var now = terminal.Clock.GetTimestamp();
        if (news.Stage == _stage && (news.Stage != Stage.Receiving || terminal.Clock.GetElapsedTime(_said, now) < Interval)) return;
        (_stage, _said) = (news.Stage, now);
        var text = news.Stage switch
        {
            Stage.Starting => "asking the source",
            Stage.Receiving => $"receiving, {Bytes.Text(news.ReceivedBytes)}",
            Stage.Checking => $"checking {Bytes.Text(news.ReceivedBytes)}",
            Stage.Finishing => "writing refs",
            _ => null,
        };
        if (text is not null) terminal.Error.WriteLine(TerminalText.Clean($"{path}: {text}"));
    }
}
