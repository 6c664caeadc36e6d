using Granary.Frontends.Rpc.Login;
using Granary.Git;
using Granary.Repositories;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace Granary.Frontends.Rpc.Errors;

/// <summary>What the client is told of an error; the one map from refusals and exceptions to gRPC's status codes.</summary>
/// <param name="Code">The status.</param>
/// <param name="Reason">Of <see cref="ErrorReasons"/>.</param>
/// <param name="Message">For a person.</param>
/// <param name="RetryAfter">When it is worth another attempt.</param>
internal sealed record ErrorReply(StatusCode Code, string Reason, string Message, TimeSpan? RetryAfter = null)
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    /// <summary>See <see cref="Refusal"/>.</summary>
    public string? Subject { get; private init; }

    /// <summary>See <see cref="Refusal"/>.</summary>
    public string? Actual { get; private init; }

    /// <param name="refusal">What a grain, or the check of an argument, answered.</param>
    /// <param name="anonymous">
    /// Whether the call has no login. Then missing and forbidden are one answer, so that it does not tell what exists.
    /// </param>
    /// <param name="mayRead">Whether the call is about a repository that the caller may read: what is missing in it is told to anybody.</param>
    public static ErrorReply From(Refusal refusal, bool anonymous, bool mayRead = false) => refusal.Kind switch
    {
        RefusalKind.NotFound or RefusalKind.PermissionDenied when anonymous && !(mayRead && refusal.Kind == RefusalKind.NotFound) =>
            new ErrorReply(StatusCode.Unauthenticated, ErrorReasons.LoginRequired, "There is nothing here for a caller without a login."),
        RefusalKind.InvalidArgument => Of(StatusCode.InvalidArgument, ErrorReasons.InvalidArgument, refusal),
        RefusalKind.NotFound => Of(StatusCode.NotFound, ErrorReasons.NotFound, refusal),
        RefusalKind.AlreadyExists => Of(StatusCode.AlreadyExists, ErrorReasons.AlreadyExists, refusal),
        RefusalKind.PermissionDenied => Of(StatusCode.PermissionDenied, ErrorReasons.PermissionDenied, refusal),
        RefusalKind.FailedPrecondition when refusal.Actual is not null => Of(StatusCode.FailedPrecondition, ErrorReasons.UnexpectedState, refusal),
        RefusalKind.FailedPrecondition => Of(StatusCode.FailedPrecondition, ErrorReasons.FailedPrecondition, refusal),
        RefusalKind.ResourceExhausted => Of(StatusCode.ResourceExhausted, ErrorReasons.LimitReached, refusal),
        RefusalKind.Unavailable => Of(StatusCode.Unavailable, ErrorReasons.Busy, refusal) with { RetryAfter = SoonAgain },
        _ => throw new InvalidOperationException($"Refusal kind {refusal.Kind} has no status code."),
    };

    /// <returns>The reply, or null when the exception is a fault of the server that the client must not see.</returns>
    public static ErrorReply? From(Exception exception, bool anonymous, bool clientGone, bool mayRead = false) => exception switch
    {
        RefusedException refused => From(refused.Refusal, anonymous, mayRead),
        LoginRefusedException { RetryAfter: { } wait } tooMany =>
            new ErrorReply(StatusCode.ResourceExhausted, ErrorReasons.TooManyLogins, tooMany.Message, wait),
        LoginRefusedException refused => new ErrorReply(
            StatusCode.Unauthenticated, refused.IsMissing ? ErrorReasons.LoginRequired : ErrorReasons.LoginRefused, refused.Message),
        OperationCanceledException when clientGone => new ErrorReply(StatusCode.Cancelled, ErrorReasons.Cancelled, "The call was cancelled."),
        GitBusyException busy => new ErrorReply(StatusCode.Unavailable, ErrorReasons.Busy, busy.Message, busy.RetryAfter),
        RepositoryUnavailableException { Fault: { } fault } => From(fault),
        StorageUnavailableException storage => From(storage.Fault),
        RepositoryUnavailableException unavailable => new ErrorReply(StatusCode.Unavailable, ErrorReasons.StorageUnavailable, unavailable.Message, SoonAgain),
        TimeoutException => new ErrorReply(
            StatusCode.Unavailable,
            ErrorReasons.OutcomeUnknown,
            "The server did not answer in time; what was asked may or may not have been done.",
            SoonAgain),
        SiloUnavailableException or OrleansMessageRejectionException or OperationCanceledException => new ErrorReply(
            StatusCode.Unavailable, ErrorReasons.Unavailable, "A part of the server is not reachable just now; please try again.", SoonAgain),
        _ => null,
    };

    public static ErrorReply Internal(string requestId) =>
        new(StatusCode.Internal, ErrorReasons.Internal, $"The server failed. Its log has the reason under the request id {requestId}.");

    /// <summary>With <c>google.rpc</c> details, which JSON shows as well.</summary>
    public Status ToStatus(string requestId)
    {
        var status = new Status { Code = (int)Code, Message = Message };
        status.Details.AddRange(ErrorDetails.Of(this, requestId));
        return status;
    }

    public RpcException ToException(string requestId) => ToStatus(requestId).ToRpcException();

    private static ErrorReply Of(StatusCode code, string reason, Refusal refusal) =>
        new(code, reason, refusal.Message) { Subject = refusal.Subject, Actual = refusal.Actual };

    private static ErrorReply From(VolumeFault fault)
    {
        var text = fault.NothingChanged();
        var message = $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
        return fault == VolumeFault.Full
            ? new ErrorReply(StatusCode.ResourceExhausted, ErrorReasons.StorageFull, message)
            : new ErrorReply(StatusCode.Unavailable, ErrorReasons.StorageUnavailable, message);
    }
}
