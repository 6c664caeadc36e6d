using Granary.Frontends.Requests;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Measures;
using Granary.Git;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Tests.Measures;

public sealed class CallMeasureTests
{
    [Fact]
    public void Group_OfEachService_IsItsName()
    {
        Assert.Equal("deploy-key", CallGroups.Of("/granary.v1.DeployKeyService/ListDeployKeys"));
        Assert.Equal("user", CallGroups.Of("/granary.v1.UserService/GetMyself"));
        Assert.Equal(RequestVerb.Unknown, CallGroups.Of("/granary.v1.UserService/NoSuchCall"));

        // As the page of metrics lists them.
        Assert.Equal(
            [
                "archive",
                "blob",
                "branch",
                "commit",
                "dead-letter",
                "deploy-key",
                "diff",
                "file",
                "import",
                "job",
                "maintenance",
                "object",
                "policy",
                "project",
                "registered-commit",
                "repository",
                "search",
                "server",
                "tag",
                "tree",
                "user",
                "watch",
                "webhook",
            ],
            CallGroups.All.Order());
    }

    [Fact]
    public void Fault_OfEachKind_HasItsOutcome()
    {
        Assert.Equal(RequestOutcome.Invalid, Of(Refused(RefusalKind.InvalidArgument)));
        Assert.Equal(RequestOutcome.Refused, Of(Refused(RefusalKind.PermissionDenied)));
        Assert.Equal(RequestOutcome.Busy, Of(Refused(RefusalKind.Unavailable)));
        Assert.Equal(RequestOutcome.Refused, Of(new LoginRefusedException("no")));
        Assert.Equal(RequestOutcome.Busy, Of(new GitBusyException(TimeSpan.Zero)));
        Assert.Equal(RequestOutcome.Invalid, Of(new RpcException(new Status(StatusCode.InvalidArgument, "x"))));
        Assert.Equal(RequestOutcome.ClientGone, Of(new OperationCanceledException(), clientGone: true));
        Assert.Equal(RequestOutcome.Failed, Of(new TimeoutException()));
    }

    private static RefusedException Refused(RefusalKind kind) => new(new Refusal(kind, "x"));

    private static string Of(Exception exception, bool clientGone = false) => CallFaults.OutcomeOf(exception, clientGone);
}
