using System.IO.Pipelines;
using System.Text;
using Granary.Git;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Frontends.Ssh.Git.Tests.Fakes;

/// <summary>One ref, and a git that must not be needed.</summary>
internal sealed class FakeVolume : IRefCache, IUploadPack, IFetchDialogue, IUploadArchive, IPackReceiver
{
    public const string Tip = "1111111111111111111111111111111111111111";

    public Exception? Fault { get; set; }

    public ValueTask<RefSnapshot> GetAsync(RepositoryId repository, CancellationToken cancellationToken) => Fault is not null
        ? throw Fault
        : ValueTask.FromResult(new RefSnapshot(
            new RefVersion(1, 1), HashFormat.Sha1, Encoding.ASCII.GetBytes($"{Tip} refs/heads/main\n"), "refs/heads/main", null, default));

    public ValueTask<IGitPlace> EnterAsync(RepositoryId repository, Requester requester, GitWork work, CancellationToken cancellationToken) =>
        throw new GitBusyException(TimeSpan.FromSeconds(1));

    public Task RunAsync(RepositoryId repository, GitProtocolVersion version, PipeReader request, PipeWriter response, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task RunAsync(RepositoryId repository, PipeReader request, PipeWriter response, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task RunAsync(RepositoryId repository, ReadOnlyMemory<byte> request, PipeWriter response, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task FetchAsync(
        RepositoryId repository, Requester requester, SharedFetch fetch, PipeWriter response, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IQuarantine Open(
        RepositoryId repository, Guid pushId, Requester requester, RepositoryPolicy? policy = null, IReadOnlyList<string>? fsckIgnore = null) =>
        throw new GitBusyException(TimeSpan.FromSeconds(1));

    public Task<bool> CanReachAsync(
        RepositoryId repository, RefSnapshot refs, IReadOnlyCollection<ObjectId> objects, CancellationToken cancellationToken) => Task.FromResult(true);
}
