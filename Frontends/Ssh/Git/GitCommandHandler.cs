using System.Buffers;
using System.Text;
using Granary.Frontends.GitProtocol;
using Granary.Frontends.Requests;
using Granary.Frontends.Ssh.Git.Commands;
using Granary.Frontends.Ssh.Protocol;

namespace Granary.Frontends.Ssh.Git;

/// <summary>The one way into every command: drain, key, permission, errors, measure.</summary>
internal sealed class GitCommandHandler(GitAccess access, GitServices services, RequestDrain drain, SshErrors errors, TimeProvider time) : ISshCommandHandler
{
    private const int ClientGone = -1;

    public async Task<int> ExecuteAsync(SshCommand command, CancellationToken cancellationToken)
    {
        var measure = new RequestMeasure(RequestProtocol.Ssh, time);
        measure.Begin(RequestVerb.Unknown);
        try
        {
            return await ExecuteAsync(command, measure, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested) measure.Fail(RequestOutcome.ClientGone);
            measure.End();
        }
    }

    private async Task<int> ExecuteAsync(SshCommand command, RequestMeasure measure, CancellationToken cancellationToken)
    {
        if (!drain.TryEnter())
        {
            measure.Fail(RequestOutcome.Stopping);
            await SshErrors.SayAsync(command.Error, "ERROR: " + AccessMessages.Stopping, cancellationToken).ConfigureAwait(false);
            return ExitStatus.Fatal;
        }

        var began = time.GetTimestamp();
        var (name, status) = (RequestVerb.Greeting, ClientGone);
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.BrokenOff);
            if (command.CommandLine is not { } line) return status = await GreetAsync(command, measure, end.Token).ConfigureAwait(false);
            var asked = GitCommandLine.Parse(line.Span, out var refusal);
            name = asked is null ? RequestVerb.Unknown : GitCommandLine.NameOf(asked.Service);
            if (asked is not null) return status = await RunAsync(command, asked, measure, end.Token).ConfigureAwait(false);
            measure.Fail(RequestOutcome.Refused);
            await SshErrors.SayAsync(command.Error, "ERROR: " + refusal.Message, end.Token).ConfigureAwait(false);
            return status = refusal.Status;
        }
        catch (OperationCanceledException) when (drain.BrokenOff.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            measure.Fail(RequestOutcome.Stopping);
            await SshErrors.SayAsync(command.Error, "ERROR: " + AccessMessages.Stopping, cancellationToken).ConfigureAwait(false);
            return status = ExitStatus.Fatal;
        }
#pragma warning disable CA1031 // The one place where faults become answers.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            measure.Fail(RequestFaults.OutcomeOf(exception));
            return status = await errors.AnswerAsync(command, exception, name, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            drain.Leave();
            SshGitInstruments.Ran(name, status, time.GetElapsedTime(began));
        }
    }

    private async Task<int> GreetAsync(SshCommand command, RequestMeasure measure, CancellationToken cancellationToken)
    {
        measure.Verb = RequestVerb.Greeting;
        var caller = await access.LogInAsync((KeyIdentity)command.Identity, command.Peer, cancellationToken).ConfigureAwait(false);
        if (caller is not null)
        {
            command.Output.Write(Encoding.UTF8.GetBytes(Greeting.For(caller) + "\n"));
            await command.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            return ExitStatus.Done;
        }

        measure.Fail(RequestOutcome.Refused);
        await SshErrors.SayAsync(command.Error, "ERROR: " + GitAccess.KeyRevoked, cancellationToken).ConfigureAwait(false);
        return ExitStatus.Fatal;
    }

    private async Task<int> RunAsync(SshCommand command, GitCommandLine asked, RequestMeasure measure, CancellationToken cancellationToken)
    {
        measure.Verb = asked.Service == GitService.UploadArchive ? RequestVerb.Archive : RequestVerb.InfoRefs;
        var found = await access.AuthorizeAsync((KeyIdentity)command.Identity, command.Peer, asked, cancellationToken).ConfigureAwait(false);
        if (found.Refusal is null) return await services.RunAsync(command, asked, found, measure, cancellationToken).ConfigureAwait(false);
        measure.Fail(RequestOutcome.Refused);
        await SshErrors.SayAsync(command.Error, "ERROR: " + found.Refusal, cancellationToken).ConfigureAwait(false);
        return ExitStatus.Fatal;
    }
}
