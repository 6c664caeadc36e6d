using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Granary.Tests.Harness;
using Grpc.Core;
using Grpc.Net.Client;

namespace Granary.Security.Tests.Rights;

/// <param name="Code">The gRPC status, or the one that stands for the HTTP status.</param>
/// <param name="Text">The whole answer: status, headers and body.</param>
internal sealed record ApiAnswer(StatusCode Code, string Text);

/// <summary>Makes any call of the API over gRPC or as JSON, from nothing but its descriptor.</summary>
internal sealed class ApiClient(GranaryServer server) : IDisposable
{
    /// <summary>RFC 9113, section 7.</summary>
    private const long EnhanceYourCalm = 0xb;

    private static readonly Marshaller<byte[]> Bytes = new(static bytes => bytes, static bytes => bytes);

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(server.RpcUrl);
    private readonly HttpClient _http = Api.NewClient();

    /// <summary>
    /// Calls until the server takes the call: so many refusals come so fast here, before their requests were read to the end, that
    /// it asks for calm now and then, and has not looked at that call. It ends the connection then, so that a client that is still
    /// sending may find a reset in place of the reason.
    /// </summary>
    public async Task<ApiAnswer> CallAsync(MethodDescriptor method, IMessage request, AuthenticationHeaderValue? login)
    {
        ApiAnswer? answer = null;
        await Until.HoldsAsync("the server takes the call", async () =>
        {
            try
            {
                answer = await CallOnceAsync(method, request, login);
                return true;
            }
            catch (Exception fault) when (IsForCalm(fault))
            {
                return false;
            }
        });
        return answer!;
    }

    private async Task<ApiAnswer> CallOnceAsync(MethodDescriptor method, IMessage request, AuthenticationHeaderValue? login)
    {
        var definition = new Method<byte[], byte[]>(MethodType.DuplexStreaming, method.Service.FullName, method.Name, Bytes, Bytes);
        var metadata = new Metadata();
        if (login is not null) metadata.Add("authorization", login.ToString());

        // On the wire all kinds of calls are one: some messages there, some back.
        using var call = _channel.CreateCallInvoker().AsyncDuplexStreamingCall(definition, null, new CallOptions(metadata, DateTime.UtcNow.AddSeconds(60)));
        try
        {
            await SendAsync(call.RequestStream, request);
            var text = new StringBuilder("OK\n");
            while (await call.ResponseStream.MoveNext(CancellationToken.None)) text.Append(Encoding.UTF8.GetString(call.ResponseStream.Current));
            return new ApiAnswer(StatusCode.OK, text.ToString());
        }
        catch (RpcException refused) when (!IsForCalm(refused))
        {
            var trailers = refused.Trailers.Where(static t => t.Key is not "date").Select(static t => t.IsBinary ? $"{t.Key}: {Encoding.UTF8.GetString(t.ValueBytes)}" : $"{t.Key}: {t.Value}");
            return new ApiAnswer(refused.StatusCode, $"{refused.StatusCode} {refused.Status.Detail}\n{string.Join('\n', trailers)}");
        }
    }

    private static bool IsForCalm(Exception? fault) => fault switch
    {
        RpcException refused => IsForCalm(refused.Status.DebugException),
        HttpProtocolException protocol => protocol.ErrorCode == EnhanceYourCalm,
        SocketException socket => socket.SocketErrorCode == SocketError.ConnectionReset,
        _ => fault?.InnerException is { } inner && IsForCalm(inner),
    };

    /// <summary>A refusal may come before the request has gone; what is read then tells it, not what could not be written.</summary>
    private static async Task SendAsync(IClientStreamWriter<byte[]> stream, IMessage request)
    {
        try
        {
            await stream.WriteAsync(request.ToByteArray());
            await stream.CompleteAsync();
        }
        catch (Exception fault) when (fault is RpcException or InvalidOperationException)
        {
            // The answer is read next.
        }
    }

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body, AuthenticationHeaderValue? login)
    {
        using var message = new HttpRequestMessage(method, new Uri(server.Url + path));
        message.Headers.Authorization = login;
        if (body is not null) message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(message);
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(static h => h.Key != "Date").Select(static h => $"{h.Key}: {string.Join(", ", h.Value)}");
        var text = $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n\n{await answer.Content.ReadAsStringAsync()}";
        var code = (int)answer.StatusCode switch { 200 => StatusCode.OK, 401 => StatusCode.Unauthenticated, 403 => StatusCode.PermissionDenied, 404 => StatusCode.NotFound, _ => StatusCode.Unknown };
        return new ApiAnswer(code, text);
    }

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }
}
