using Granary.Accounts;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Granary.Frontends.Rpc.Login;

/// <summary>The one place where calls are authenticated, gRPC and JSON alike.</summary>
internal sealed class LoginInterceptor(IAuthenticator authenticator, OnBehalfOf onBehalfOf, CurrentCaller current) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await LogInAsync(context);
        return await continuation(request, context);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await LogInAsync(context);
        return await continuation(requestStream, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await LogInAsync(context);
        current.LogInAgainAsync = () => LogInAsync(context);
        await continuation(request, responseStream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await LogInAsync(context);
        current.LogInAgainAsync = () => LogInAsync(context);
        await continuation(requestStream, responseStream, context);
    }

    private async Task LogInAsync(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var header = http.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            OnBehalfOf.RequireNone(http.Request.Headers);
            if (!CallCatalog.AllowsAnonymous(context.Method)) throw new LoginRefusedException("This call needs a login.") { IsMissing = true };
            return;
        }

        // Two logins in one request would make it a matter of luck which one counts.
        if (header.Count > 1 || !LoginCredentials.TryParse(header[0]!, out var credentials))
            throw new LoginRefusedException("The authorization of this call is not 'Basic' or 'Bearer' in a form that can be read.");

        var address = http.Connection.RemoteIpAddress;
        var result = credentials.UserName is { } user
            ? await authenticator.AuthenticateAsync(user, credentials.Secret, address, context.CancellationToken)
            : await authenticator.AuthenticateTokenAsync(credentials.Secret, address, context.CancellationToken);
        current.Caller = result switch
        {
            { Status: AuthenticationStatus.Ok, Caller: { } caller } => caller,
            { Status: AuthenticationStatus.TooManyAttempts } =>
                throw new LoginRefusedException("Too many failed logins; please wait before the next one.", result.RetryAfter),
            _ => throw new LoginRefusedException("The login failed: wrong user name, password or token, or it is no longer valid."),
        };
        current.Caller = await onBehalfOf.ApplyAsync(current.Caller, http.Request.Headers, context.Method, context.CancellationToken);
    }
}
