using Granary.Frontends.Requests;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Git;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Measures;

/// <summary>How a call ended that an exception ended.</summary>
internal static class CallFaults
{
    /// <returns>Of <see cref="RequestOutcome"/>.</returns>
    public static string OutcomeOf(Exception exception, bool clientGone) => exception switch
    {
        RefusedException { Refusal.Kind: RefusalKind.InvalidArgument } => RequestOutcome.Invalid,
        RefusedException { Refusal.Kind: RefusalKind.Unavailable } => RequestOutcome.Busy,
        RefusedException or LoginRefusedException => RequestOutcome.Refused,
        GitBusyException => RequestOutcome.Busy,
        ClientStalledException => RequestOutcome.Stalled,
        RpcException { StatusCode: StatusCode.Cancelled } => RequestOutcome.ClientGone,
        RpcException => RequestOutcome.Invalid,
        _ when clientGone => RequestOutcome.ClientGone,
        _ => RequestOutcome.Failed,
    };
}
