using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Granary.Frontends.Rpc.Login;
using Granary.Git;
using Granary.Repositories;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace Granary.Frontends.Rpc.Errors;

/// <summary>What the client is told of an error; the one map from refusals and exceptions to gRPC's status codes.</summary>
internal sealed record ErrorReply(StatusCode Code, string Message, TimeSpan? RetryAfter = null)
{
    /// <summary>The messages in the details, which JSON cannot be made of without their descriptors.</summary>
    public static TypeRegistry DetailTypes { get; } = TypeRegistry.FromMessages(RequestInfo.Descriptor, RetryInfo.Descriptor);

    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    /// <param name="refusal">What a grain, or the check of an argument, answered.</param>
    /// <param name="anonymous">
    /// Whether the call has no login. Then missing and forbidden are one answer, so that it does not tell what exists.
    /// </param>
    /// <param name="mayRead">Whether the call is about a repository that the caller may read: what is missing in it is told to anybody.</param>
    public static ErrorReply From(Refusal refusal, bool anonymous, bool mayRead = false) => refusal.Kind switch
    {
        RefusalKind.NotFound or RefusalKind.PermissionDenied when anonymous && !(mayRead && refusal.Kind == RefusalKind.NotFound) =>
            new ErrorReply(StatusCode.Unauthenticated, "There is nothing here for a caller without a login."),
        RefusalKind.InvalidArgument => new ErrorReply(StatusCode.InvalidArgument, refusal.Message),
        RefusalKind.NotFound => new ErrorReply(StatusCode.NotFound, refusal.Message),
        RefusalKind.AlreadyExists => new ErrorReply(StatusCode.AlreadyExists, refusal.Message),
        RefusalKind.PermissionDenied => new ErrorReply(StatusCode.PermissionDenied, refusal.Message),
        RefusalKind.FailedPrecondition => new ErrorReply(StatusCode.FailedPrecondition, refusal.Message),
        RefusalKind.ResourceExhausted => new ErrorReply(StatusCode.ResourceExhausted, refusal.Message),
        RefusalKind.Unavailable => new ErrorReply(StatusCode.Unavailable, refusal.Message, SoonAgain),
        _ => throw new InvalidOperationException($"Refusal kind {refusal.Kind} has no status code."),
    };

    /// <returns>The reply, or null when the exception is a fault of the server that the client must not see.</returns>
    public static ErrorReply? From(Exception exception, bool anonymous, bool clientGone, bool mayRead = false) => exception switch
    {
        RefusedException refused => From(refused.Refusal, anonymous, mayRead),
        LoginRefusedException { RetryAfter: { } wait } tooMany => new ErrorReply(StatusCode.ResourceExhausted, tooMany.Message, wait),
        LoginRefusedException refused => new ErrorReply(StatusCode.Unauthenticated, refused.Message),
        OperationCanceledException when clientGone => new ErrorReply(StatusCode.Cancelled, "The call was cancelled."),
        GitBusyException busy => new ErrorReply(StatusCode.Unavailable, busy.Message, busy.RetryAfter),
        RepositoryUnavailableException { Fault: { } fault } => From(fault),
        StorageUnavailableException storage => From(storage.Fault),
        RepositoryUnavailableException unavailable => new ErrorReply(StatusCode.Unavailable, unavailable.Message, SoonAgain),
        TimeoutException => new ErrorReply(
            StatusCode.Unavailable, "The server did not answer in time; what was asked may or may not have been done.", SoonAgain),
        SiloUnavailableException or OrleansMessageRejectionException or OperationCanceledException =>
            new ErrorReply(StatusCode.Unavailable, "A part of the server is not reachable just now; please try again.", SoonAgain),
        _ => null,
    };

    private static ErrorReply From(VolumeFault fault)
    {
        var text = fault.NothingChanged();
        return new ErrorReply(
            fault == VolumeFault.Full ? StatusCode.ResourceExhausted : StatusCode.Unavailable, $"{char.ToUpperInvariant(text[0])}{text[1..]}.");
    }

    public static ErrorReply Internal(string requestId) =>
        new(StatusCode.Internal, $"The server failed. Its log has the reason under the request id {requestId}.");

    /// <summary>With <c>google.rpc</c> details, which JSON shows as well.</summary>
    public RpcException ToException(string requestId)
    {
        var status = new Status { Code = (int)Code, Message = Message };
        status.Details.Add(Any.Pack(new RequestInfo { RequestId = requestId }));
        if (RetryAfter is { } wait) status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait) }));
        return status.ToRpcException();
    }
}
