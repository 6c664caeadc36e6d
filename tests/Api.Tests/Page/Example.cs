using Google.Rpc;
using Granary.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Granary.Api.Tests.Page;

/// <summary>The example in C# as it stands in docs/api.md.</summary>
internal static class Example
{
    public static async Task RunAsync(string address, string token, TextWriter output, CancellationToken cancellationToken)
    {
        #region docs/api.md
        using var channel = GrpcChannel.ForAddress(address);
        var login = new Metadata { { "authorization", $"Bearer {token}" } };

        var commits = new CommitService.CommitServiceClient(channel);
        var request = new ListCommitsRequest { Project = "PAGE", Repository = "hello", Revision = "main" };
        using var call = commits.ListCommits(request, login, cancellationToken: cancellationToken);
        await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
            foreach (var commit in message.Commits) output.WriteLine(commit.Subject);

        try
        {
            var branch = new GetBranchRequest { Project = "PAGE", Repository = "hello", Branch = "no/such/branch" };
            await new BranchService.BranchServiceClient(channel).GetBranchAsync(branch, login, cancellationToken: cancellationToken);
        }
        catch (RpcException error)
        {
            output.WriteLine(error.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason);
        }
        #endregion
    }
}
