using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Git.Committing;

namespace Granary.Frontends.Rpc.Refs;

/// <summary>The caller as committer or tagger.</summary>
internal sealed class CallerSignature(IGrainFactory grains, CurrentCaller current, TimeProvider time)
{
    /// <param name="what">What is being made, to begin the sentence of a refusal with.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <exception cref="RefusedException">The login is no user's.</exception>
    public async Task<CommitSignature> NowAsync(string what, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (current.Caller.User is not { } name) throw new RefusedException(new Refusal(RefusalKind.PermissionDenied, $"{what} needs the login of a user."));
        var user = await grains.GetUser(name).GetInfoAsync(cancellationToken);
        var mail = user is { Email.Length: > 0 } ? user.Email : $"{name.Value}@users.noreply.invalid";
        return new CommitSignature(user is { DisplayName.Length: > 0 } ? user.DisplayName : name.Value, mail, now);
    }
}
