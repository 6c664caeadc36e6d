using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.Archives;
using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Frontends.GitProtocol.UploadPack;
using Granary.Frontends.Requests;
using Granary.Frontends.Ssh.Git.Commands;
using Granary.Frontends.Ssh.Protocol;
using Granary.Git;

namespace Granary.Frontends.Ssh.Git;

/// <summary>Git's services over a channel, by the sessions that every transport uses.</summary>
internal sealed class GitServices(
    UploadPackSession uploadPack, DialogueSession dialogue, ReceivePackSession receivePack, ArchiveSession archive, GitAccess access)
{
    public async Task<int> RunAsync(
        SshCommand command, GitCommandLine asked, CommandAccess found, RequestMeasure measure, CancellationToken cancellationToken)
    {
        var repository = found.Access!;
        if (asked.Repository!.Name != repository.Name)
        {
            var hint = $"The repository is now {repository.Project}/{repository.Name}; to use its new name: git remote set-url";
            await SshErrors.SayAsync(command.Error, "WARNING: " + hint, cancellationToken).ConfigureAwait(false);
        }

        var version = VersionOf(command.GitProtocol);
        var requester = Requester.Of(found.Caller!, command.Peer.Address);
        var input = new MeasuredPipeReader(command.Input, measure);
        var output = new MeasuredPipeWriter(command.Output, measure);
        var revoked = false;
        switch (asked.Service)
        {
            case GitService.UploadPack when version == GitProtocolVersion.V2:
                revoked = !await uploadPack.ServeSessionAsync(
                    repository.Id, requester, IsAllowedAsync, measure, input, output, cancellationToken).ConfigureAwait(false);
                break;
            case GitService.UploadPack:
                await dialogue.ServeAsync(repository.Id, requester, version, measure, input, output, cancellationToken).ConfigureAwait(false);
                break;
            case GitService.UploadArchive:
                await archive.ServeAsync(repository.Id, requester, input, output, cancellationToken).ConfigureAwait(false);
                break;
            case GitService.ReceivePack:
                var advertisement = await receivePack.AdvertiseAsync(repository.Id, version, cancellationToken).ConfigureAwait(false);
                await output.WriteAsync(advertisement, cancellationToken).ConfigureAwait(false);
                measure.End();
                await WaitAsync(input, cancellationToken).ConfigureAwait(false);
                measure.Begin(RequestVerb.ReceivePack);
                revoked = !await IsAllowedAsync(cancellationToken).ConfigureAwait(false);
                if (revoked) break;
                await receivePack.ServeAsync(
                    repository.Id, found.Caller!, PushTransport.Ssh, input, output, cancellationToken).ConfigureAwait(false);
                break;
        }

        if (!revoked) return ExitStatus.Done;
        measure.Fail(RequestOutcome.Refused);
        await SshErrors.SayAsync(command.Error, "ERROR: " + GitAccess.KeyRevoked, cancellationToken).ConfigureAwait(false);
        return ExitStatus.Fatal;

        async ValueTask<bool> IsAllowedAsync(CancellationToken cancellationToken)
        {
            var now = await access.AuthorizeAsync((KeyIdentity)command.Identity, command.Peer, asked, cancellationToken).ConfigureAwait(false);
            return now.Access?.Id == repository.Id;
        }
    }

    /// <summary>As with HTTP's header: the highest version that we know, gitprotocol-v2(5).</summary>
    internal static GitProtocolVersion VersionOf(string? value)
    {
        var parts = (value ?? "").Split(':');
        return parts.Contains("version=2") ? GitProtocolVersion.V2 : parts.Contains("version=1") ? GitProtocolVersion.V1 : GitProtocolVersion.V0;
    }

    /// <summary>Until the client says something: it may think for long between the refs and its commands.</summary>
    private static async ValueTask WaitAsync(PipeReader input, CancellationToken cancellationToken)
    {
        var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
        input.AdvanceTo(result.Buffer.Start);
    }
}
