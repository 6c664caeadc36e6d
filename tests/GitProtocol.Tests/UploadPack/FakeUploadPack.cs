using System.IO.Pipelines;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests.UploadPack;

/// <summary>Stands for git: remembers the request and answers a fixed text.</summary>
internal sealed class FakeUploadPack : IUploadPack, IGitPlace
{
    private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Busy { get; set; }

    /// <summary>A place was lent to others.</summary>
    public Task Paused => _paused.Task;

    public int Inside { get; private set; }

    public List<(GitProtocolVersion Version, string Request)> Requests { get; } = [];

    public ValueTask<IGitPlace> EnterAsync(RepositoryId repository, Requester requester, GitWork work, CancellationToken cancellationToken)
    {
        if (Busy) throw new GitBusyException(TimeSpan.FromSeconds(1));
        Inside++;
        return new ValueTask<IGitPlace>(this);
    }

    public async Task RunAsync(
        RepositoryId repository, GitProtocolVersion version, PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        Requests.Add((version, await Wire.RestAsync(request)));
        await response.WriteAsync("answer"u8.ToArray(), cancellationToken);
    }

    /// <summary>Requests whose answers may be shared.</summary>
    public List<SharedFetch> Shared { get; } = [];

    public async Task FetchAsync(
        RepositoryId repository, Requester requester, SharedFetch fetch, PipeWriter response, CancellationToken cancellationToken)
    {
        Shared.Add(fetch);
        using var place = await EnterAsync(repository, requester, GitWork.Fetch, cancellationToken);
        await RunAsync(repository, GitProtocolVersion.V2, PipeReader.Create(new(fetch.Request)), response, cancellationToken);
    }

    /// <summary>What refs reach, by this fake's word.</summary>
    public Func<IReadOnlyCollection<ObjectId>, bool> Reaches { get; set; } = static _ => true;

    public Task<bool> CanReachAsync(
        RepositoryId repository, RefSnapshot refs, IReadOnlyCollection<ObjectId> objects, CancellationToken cancellationToken) =>
        Task.FromResult(Reaches(objects));

    public void Pause()
    {
        Inside--;
        _paused.TrySetResult();
    }

    public void Resume() => Inside++;

    public void Dispose() => Inside--;
}
