using Google.Rpc;
using Granary.Frontends.Rpc.Tests.Fakes;
using Granary.Projects;
using Granary.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Metadata = Grpc.Core.Metadata;

namespace Granary.Frontends.Rpc.Tests.Errors;

/// <summary>What a program learns of an error beside its code and its sentence, in the <c>google.rpc</c> error model.</summary>
public sealed class ErrorDetailsTests : IAsyncLifetime
{
    private static readonly Metadata Login = new() { { "authorization", "Basic cm9vdDpzZWNyZXQ=" } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RpcHost _host = null!;
    private GrpcChannel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await RpcHost.StartAsync();
        _channel = GrpcChannel.ForAddress(_host.GrpcAddress);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task InvalidArgument_NamesTheField()
    {
        var projects = new ProjectService.ProjectServiceClient(_channel);
        var status = await StatusOfAsync(projects.GetProjectAsync(new GetProjectRequest { Project = "a/b" }, Login, cancellationToken: Cancel));
        var violation = Assert.Single(status.GetDetail<BadRequest>().FieldViolations);
        Assert.Equal("project", violation.Field);
        Assert.Equal(status.Message, violation.Description);
        Assert.Equal(("INVALID_ARGUMENT", "granary"), (status.GetDetail<ErrorInfo>().Reason, status.GetDetail<ErrorInfo>().Domain));
    }

    [Fact]
    public async Task ExpectedState_ThatIsAnother_ComesWithTheActualOne()
    {
        var refusal = new Refusal(RefusalKind.FailedPrecondition, "The branch is elsewhere.", "refs/heads/main", "1234");
        var status = await RefusedWithAsync(refusal);
        Assert.Equal(("UNEXPECTED_STATE", "1234"), (status.GetDetail<ErrorInfo>().Reason, status.GetDetail<ErrorInfo>().Metadata["actual"]));
        var violation = Assert.Single(status.GetDetail<PreconditionFailure>().Violations);
        Assert.Equal(("UNEXPECTED_STATE", "refs/heads/main"), (violation.Type, violation.Subject));
    }

    [Fact]
    public async Task Busy_SaysWhenToTryAgain()
    {
        var status = await RefusedWithAsync(new Refusal(RefusalKind.Unavailable, "Busy."));
        Assert.Equal("BUSY", status.GetDetail<ErrorInfo>().Reason);
        Assert.True(status.GetDetail<RetryInfo>().RetryDelay.ToTimeSpan() > TimeSpan.Zero);
    }

    [Fact]
    public async Task Deadline_EndsTheWorkInTheServer()
    {
        var cancelled = new TaskCompletionSource();
        _host.Set("demo", FakeGrain.Of<IProjectGrain>("GetInfo", arguments => NeverAsync(cancelled, arguments.OfType<CancellationToken>().Single())));
        var projects = new ProjectService.ProjectServiceClient(_channel);
        var call = projects.GetProjectAsync(new GetProjectRequest { Project = "DEMO" }, Login, DateTime.UtcNow.AddSeconds(1), Cancel);
        var ended = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.DeadlineExceeded, ended.StatusCode);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Theory]
    [InlineData("request.Project", "project")]
    [InlineData("request.NewName", "new_name")]
    [InlineData("request.Rule.Pattern", "pattern")]
    [InlineData("repository", "repository")]
    [InlineData("request.Name.Trim()", null)]
    [InlineData("\"text\"", null)]
    public void FieldOf_Expression_IsTheProtosName(string expression, string? field) => Assert.Equal(field, Arguments.FieldOf(expression));

    private static async Task<Outcome<ProjectInfo>> NeverAsync(TaskCompletionSource cancelled, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(cancelled.SetResult);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new InvalidOperationException("This never ends by itself.");
    }

    private async Task<Google.Rpc.Status> RefusedWithAsync(Refusal refusal)
    {
        _host.Set("demo", FakeGrain.Of<IProjectGrain>("GetInfo", _ => Task.FromResult<Outcome<ProjectInfo>>(refusal)));
        return await StatusOfAsync(new ProjectService.ProjectServiceClient(_channel).GetProjectAsync(
            new GetProjectRequest { Project = "DEMO" }, Login, cancellationToken: Cancel));
    }

    private static async Task<Google.Rpc.Status> StatusOfAsync<T>(AsyncUnaryCall<T> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        return refused.GetRpcStatus()!;
    }
}
