using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.Requests;
using Granary.Git;

namespace Granary.Frontends.GitProtocol;

/// <summary>How a git request ended that an exception ended.</summary>
public static class RequestFaults
{
    /// <returns>Of <see cref="RequestOutcome"/>.</returns>
    public static string OutcomeOf(Exception exception) => exception switch
    {
        GitProtocolException => RequestOutcome.Invalid,
        GitBusyException => RequestOutcome.Busy,
        GitProcessException { ExitCode: GitProcessException.Died } => RequestOutcome.Refused,
        _ => RequestOutcome.Failed,
    };
}
