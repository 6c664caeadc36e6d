using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Errors;

/// <summary>The <c>google.rpc</c> messages that go with an error: https://google.aip.dev/193.</summary>
internal static class ErrorDetails
{
    /// <summary>The messages in the details, which JSON cannot be made of without their descriptors.</summary>
    public static TypeRegistry Types { get; } = TypeRegistry.FromMessages(
        RequestInfo.Descriptor, RetryInfo.Descriptor, ErrorInfo.Descriptor, BadRequest.Descriptor, PreconditionFailure.Descriptor);

    public static IEnumerable<Any> Of(ErrorReply reply, string requestId)
    {
        yield return Any.Pack(InfoOf(reply));
        yield return Any.Pack(new RequestInfo { RequestId = requestId });
        if (reply.RetryAfter is { } wait) yield return Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait) });
        if (SpecificOf(reply) is { } specific) yield return Any.Pack(specific);
    }

    private static ErrorInfo InfoOf(ErrorReply reply)
    {
        var info = new ErrorInfo { Reason = reply.Reason, Domain = ErrorReasons.Domain };
        if (reply.Subject is not null) info.Metadata["subject"] = reply.Subject;
        if (reply.Actual is not null) info.Metadata["actual"] = reply.Actual;
        return info;
    }

    private static IMessage? SpecificOf(ErrorReply reply) => reply.Code switch
    {
        StatusCode.InvalidArgument => new BadRequest
        {
            FieldViolations = { new BadRequest.Types.FieldViolation { Field = reply.Subject ?? "", Description = reply.Message } },
        },
        StatusCode.FailedPrecondition => new PreconditionFailure
        {
            Violations = { new PreconditionFailure.Types.Violation { Type = reply.Reason, Subject = reply.Subject ?? "", Description = reply.Message } },
        },
        _ => null,
    };
}
