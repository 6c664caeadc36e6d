using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Git;
using Granary.Repositories;
using Grpc.Core;
using Orleans.Runtime;

namespace Granary.Frontends.Rpc.Tests.Errors;

public sealed class ErrorReplyTests
{
    [Theory]
    [InlineData(RefusalKind.InvalidArgument, StatusCode.InvalidArgument)]
    [InlineData(RefusalKind.NotFound, StatusCode.NotFound)]
    [InlineData(RefusalKind.AlreadyExists, StatusCode.AlreadyExists)]
    [InlineData(RefusalKind.PermissionDenied, StatusCode.PermissionDenied)]
    [InlineData(RefusalKind.FailedPrecondition, StatusCode.FailedPrecondition)]
    [InlineData(RefusalKind.ResourceExhausted, StatusCode.ResourceExhausted)]
    [InlineData(RefusalKind.Unavailable, StatusCode.Unavailable)]
    public void Refusal_WithLogin_HasItsCodeAndSentence(RefusalKind kind, StatusCode code)
    {
        var reply = ErrorReply.From(new Refusal(kind, "No."), anonymous: false);
        Assert.Equal((code, "No."), (reply.Code, reply.Message));
    }

    [Fact]
    public void Refusal_EachKind_IsMapped() =>
        Assert.All(Enum.GetValues<RefusalKind>(), kind => ErrorReply.From(new Refusal(kind, "No."), anonymous: false));

    [Fact]
    public void Refusal_Anonymous_DoesNotTellMissingFromForbidden()
    {
        var missing = ErrorReply.From(new Refusal(RefusalKind.NotFound, "There is no DEMO."), anonymous: true);
        var forbidden = ErrorReply.From(new Refusal(RefusalKind.PermissionDenied, "DEMO is private."), anonymous: true);
        Assert.Equal(missing, forbidden);
        Assert.Equal(StatusCode.Unauthenticated, missing.Code);

        // In a repository that anybody may read, a branch that is not there is just that.
        Assert.Equal(StatusCode.NotFound, ErrorReply.From(new Refusal(RefusalKind.NotFound, "There is no branch."), anonymous: true, mayRead: true).Code);
        Assert.Equal(StatusCode.Unauthenticated, ErrorReply.From(new Refusal(RefusalKind.PermissionDenied, "Not you."), anonymous: true, mayRead: true).Code);
    }

    public static TheoryData<Exception, StatusCode> Exceptions => new()
    {
        { new LoginRefusedException("No."), StatusCode.Unauthenticated },
        { new LoginRefusedException("Wait.", TimeSpan.FromSeconds(3)), StatusCode.ResourceExhausted },
        { new TimeoutException(), StatusCode.Unavailable },
        { new SiloUnavailableException(), StatusCode.Unavailable },
        { new OperationCanceledException(), StatusCode.Unavailable },
        { new GitBusyException(TimeSpan.FromSeconds(2)), StatusCode.Unavailable },
        { new RepositoryUnavailableException(RepositoryId.New()), StatusCode.Unavailable },
        { new RepositoryUnavailableException(RepositoryId.New(), VolumeFault.Full), StatusCode.ResourceExhausted },
        { new RepositoryUnavailableException(RepositoryId.New(), VolumeFault.ReadOnly), StatusCode.Unavailable },
        { new StorageUnavailableException(VolumeFault.Full), StatusCode.ResourceExhausted },
        { new RefusedException(new Refusal(RefusalKind.AlreadyExists, "Taken.")), StatusCode.AlreadyExists },
    };

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void Exception_Expected_HasItsCode(Exception exception, StatusCode code) =>
        Assert.Equal(code, ErrorReply.From(exception, anonymous: false, clientGone: false)?.Code);

    [Fact]
    public void Cancellation_ByTheClient_IsCancelled() =>
        Assert.Equal(StatusCode.Cancelled, ErrorReply.From(new OperationCanceledException(), false, clientGone: true)?.Code);

    [Fact]
    public void Exception_Unexpected_IsNotShown()
    {
        Assert.Null(ErrorReply.From(new InvalidOperationException("table secrets"), false, false));
        var shown = ErrorReply.Internal("R1").ToException("R1");
        Assert.Equal(StatusCode.Internal, shown.StatusCode);
        Assert.Contains("R1", shown.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ToException_WithRetryAfter_HasRequestIdAndRetryInDetails()
    {
        var status = new ErrorReply(StatusCode.Unavailable, ErrorReasons.Busy, "Busy.", TimeSpan.FromSeconds(5)).ToException("R2").GetRpcStatus()!;
        Assert.Equal("R2", status.GetDetail<Google.Rpc.RequestInfo>().RequestId);
        Assert.Equal(5, status.GetDetail<Google.Rpc.RetryInfo>().RetryDelay.Seconds);
    }
}
