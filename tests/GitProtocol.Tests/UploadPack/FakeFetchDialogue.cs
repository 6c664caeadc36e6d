using System.IO.Pipelines;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests.UploadPack;

/// <summary>Stands for git in a dialogue: keeps what it hears, and answers when it has heard all.</summary>
internal sealed class FakeFetchDialogue : IFetchDialogue
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Exception? Fault { get; set; }

    public byte[] Answer { get; set; } = "answer"u8.ToArray();

    public Task Started => _started.Task;

    public string? Heard { get; private set; }

    public async Task RunAsync(RepositoryId repository, PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        _started.TrySetResult();
        if (Fault is not null) throw Fault;
        Heard = await Wire.RestAsync(request);
        await response.WriteAsync(Answer, cancellationToken);
    }
}
