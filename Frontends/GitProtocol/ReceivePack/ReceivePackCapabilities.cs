using System.Text;
using Granary.Frontends.GitProtocol.PktLines;

namespace Granary.Frontends.GitProtocol.ReceivePack;

/// <summary>What a pushing client chose of our capabilities, gitprotocol-capabilities(5).</summary>
internal sealed record ReceivePackCapabilities
{
    public static string Advertised { get; } =
        $"report-status report-status-v2 delete-refs side-band-64k quiet atomic ofs-delta push-options object-format=sha1 agent={ServerAgent.Value}";

    public bool ReportStatus { get; private init; }

    public bool SideBand { get; private init; }

    public bool Quiet { get; private init; }

    public bool Atomic { get; private init; }

    public bool PushOptions { get; private init; }

    /// <exception cref="GitProtocolException">The client insists on another object format.</exception>
    public static ReceivePackCapabilities Parse(ReadOnlySpan<byte> text)
    {
        var words = Encoding.UTF8.GetString(text).Split([' ', '\n', '\0'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Any(static w => w.StartsWith("object-format=", StringComparison.Ordinal) && w != "object-format=sha1"))
            throw new GitProtocolException("the repository's object format is sha1");
        return new ReceivePackCapabilities
        {
            ReportStatus = words.Contains("report-status") || words.Contains("report-status-v2"),
            SideBand = words.Contains("side-band-64k"),
            Quiet = words.Contains("quiet"),
            Atomic = words.Contains("atomic"),
            PushOptions = words.Contains("push-options"),
        };
    }
}
