using System.Net.Sockets;
using Grpc.Core;

namespace Granary.Silo.Cli;

/// <summary>One sentence for a call that failed.</summary>
internal static class ErrorText
{
    public static string Of(RpcException exception) => exception switch
    {
        { Status.DebugException: { } cause } => $"The server cannot be reached: {Reason(cause)}",
        { StatusCode: StatusCode.DeadlineExceeded } => "The server did not answer in time; what was asked may or may not have been done.",
        { StatusCode: StatusCode.Cancelled } => "Cancelled.",
        { Status.Detail.Length: 0 } => $"The server refused without a reason ({exception.StatusCode}).",
        _ => exception.Status.Detail,
    };

    private static string Reason(Exception cause)
    {
        for (var inner = cause; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException) return inner.Message + ".";
        }

        return cause.Message + " Is this the address of its gRPC port?";
    }
}
