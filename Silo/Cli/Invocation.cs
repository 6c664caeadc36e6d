using System.CommandLine;
using Granary.V1;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Granary.Silo.Cli;

/// <summary>One run of a command: its arguments, the server's services, and where the result goes.</summary>
internal sealed class Invocation : IDisposable
{
    private readonly ParseResult _parsed;
    private readonly GrpcChannel _channel;

    public Invocation(ParseResult parsed, Login login, Output output, Terminal terminal, CancellationToken cancellationToken)
    {
        (_parsed, Output, Terminal, Cancellation) = (parsed, output, terminal, cancellationToken);
        _channel = GrpcChannel.ForAddress(login.Server, new GrpcChannelOptions
        {
            // A proxy of the environment cannot carry HTTP/2 without TLS.
            HttpHandler = new SocketsHttpHandler { UseProxy = login.Server.Scheme == "https" },
            DisposeHttpClient = true,
        });
        var invoker = _channel.Intercept(new CallInterceptor(login, terminal.Clock));
        Users = new UserService.UserServiceClient(invoker);
        Projects = new ProjectService.ProjectServiceClient(invoker);
        Repositories = new RepositoryService.RepositoryServiceClient(invoker);
        Policies = new PolicyService.PolicyServiceClient(invoker);
        Server = new ServerService.ServerServiceClient(invoker);
        DeployKeys = new DeployKeyService.DeployKeyServiceClient(invoker);
        DeadLetters = new DeadLetterService.DeadLetterServiceClient(invoker);
        Jobs = new JobService.JobServiceClient(invoker);
        Imports = new ImportService.ImportServiceClient(invoker);
        Webhooks = new WebhookService.WebhookServiceClient(invoker);
        Commits = new RegisteredCommitService.RegisteredCommitServiceClient(invoker);
        Maintenance = new MaintenanceService.MaintenanceServiceClient(invoker);
    }

    public UserService.UserServiceClient Users { get; }

    public ProjectService.ProjectServiceClient Projects { get; }

    public RepositoryService.RepositoryServiceClient Repositories { get; }

    public PolicyService.PolicyServiceClient Policies { get; }
    public DeployKeyService.DeployKeyServiceClient DeployKeys { get; }

    public ServerService.ServerServiceClient Server { get; }

    public MaintenanceService.MaintenanceServiceClient Maintenance { get; }

    public DeadLetterService.DeadLetterServiceClient DeadLetters { get; }

    public JobService.JobServiceClient Jobs { get; }

    public WebhookService.WebhookServiceClient Webhooks { get; }

    public RegisteredCommitService.RegisteredCommitServiceClient Commits { get; }

    public ImportService.ImportServiceClient Imports { get; }

    public Output Output { get; }

    public Terminal Terminal { get; }

    public CancellationToken Cancellation { get; }

    public T Get<T>(Argument<T> argument) => _parsed.GetRequiredValue(argument);

    public T? GetOptional<T>(Argument<T> argument) => _parsed.GetValue(argument);

    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    public void Dispose() => _channel.Dispose();
}
