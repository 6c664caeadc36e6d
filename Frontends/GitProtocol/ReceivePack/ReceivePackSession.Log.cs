using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.GitProtocol.ReceivePack;

public sealed partial class ReceivePackSession
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{User} pushed to repository {Repository} (push {PushId}, {Protocol}): {Accepted} of {Total} refs accepted.")]
    private partial void LogPushed(string? user, RepositoryId repository, Guid pushId, string protocol, int accepted, int total);

    [LoggerMessage(Level = LogLevel.Error, Message = "A pack could not be stored in quarantine.")]
    private partial void LogUnpackFailed(Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "The objects of push {PushId} to repository {Repository} could not be checked.")]
    private partial void LogInspectionFailed(Exception fault, RepositoryId repository, Guid pushId);
}
