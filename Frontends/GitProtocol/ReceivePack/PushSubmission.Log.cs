using Granary.Repositories;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.GitProtocol.ReceivePack;

public sealed partial class PushSubmission
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer to push {PushId} to repository {Repository} was lost; asking for its outcome.")]
    private partial void LogAnswerLost(Exception fault, RepositoryId repository, Guid pushId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outcome of push {PushId} to repository {Repository} is unknown.")]
    private partial void LogOutcomeUnknown(Exception fault, RepositoryId repository, Guid pushId);
}
