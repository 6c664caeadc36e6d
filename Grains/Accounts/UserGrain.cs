using Granary.Accounts;
using Granary.Grains.Storage;

namespace Granary.Grains.Accounts;

/// <summary>One user. Reads interleave and see what is on disk; keys and tokens are in UserGrain.Credentials.cs.</summary>
[GrainType("granary.user")]
internal sealed partial class UserGrain([PersistentState("user")] IPersistentState<UserState> state, TimeProvider clock) : Grain, IUserGrain
{
    private readonly DurableRecord<UserState> _state = new(state);
    private ShortStay? _stay;

    private UserState User => _state.Value;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // A crash may have come between the record and the list of administrators.
        if (User.IsActiveAdministrator) await Administrators.AddAsync(User.Name.Value, cancellationToken);
    }

    public async Task<Outcome<UserInfo>> CreateAsync(Caller caller, NewUser user, CancellationToken cancellationToken)
    {
        if (!IsAdministrator(caller)) return Denied("Only administrators may create users.");
        if (user.Name.Key != this.GetPrimaryKeyString()) return UserRules.Invalid("The name is another user's.");
        if (User.Exists) return new Refusal(RefusalKind.AlreadyExists, $"There is a user '{User.Name}' already.");
        if ((UserRules.Text("display name", user.DisplayName) ?? UserRules.Email(user.Email)) is { } fault) return fault;
        if (User.IsDeleting) await FinishDeletionAsync(cancellationToken);
        await GrainFactory.GetDirectory(IDirectoryGrain.Users).AddAsync(user.Name.Value, cancellationToken);
        await _state.WriteAsync(
            new UserState
            {
                UserId = Guid.NewGuid(),
                Name = user.Name,
                DisplayName = user.DisplayName,
                Email = user.Email,
                IsAdministrator = user.IsAdministrator,
                CreatedAt = clock.GetUtcNow(),
                Password = user.Password,
                CredentialVersion = 1,
            },
            cancellationToken);
        if (User.IsAdministrator) await Administrators.AddAsync(User.Name.Value, cancellationToken);
        return User.ToInfo();
    }

    public Task<UserInfo?> GetInfoAsync(CancellationToken cancellationToken)
    {
        LeaveIfNobody();
        return Task.FromResult(User.Exists ? User.ToInfo() : null);
    }

    public ValueTask<LoginState?> GetLoginStateAsync(CancellationToken cancellationToken)
    {
        LeaveIfNobody();
        return ValueTask.FromResult(User.Exists && !User.IsDisabled
            ? new LoginState(User.UserId, User.Name, User.IsAdministrator, User.CredentialVersion)
            : null);
    }

    public async ValueTask<LoginState?> GetKeyLoginStateAsync(Guid userId, string fingerprint, CancellationToken cancellationToken)
    {
        var login = await GetLoginStateAsync(cancellationToken);
        return login?.UserId == userId && Find(fingerprint) is not null ? login : null;
    }

    public Task<PasswordHash?> GetPasswordHashAsync(CancellationToken cancellationToken) =>
        Task.FromResult(User.Exists ? User.Password : null);

    public async Task<Outcome<UserInfo>> UpdateAsync(Caller caller, UserChanges changes, CancellationToken cancellationToken)
    {
        if (Fault(caller) is { } refusal) return refusal;
        if ((changes.IsAdministrator is not null || changes.IsDisabled is not null) && !IsAdministrator(caller))
            return Denied("Only administrators may change who is an administrator or disabled.");
        if ((UserRules.Text("display name", changes.DisplayName) ?? UserRules.Email(changes.Email)) is { } fault) return fault;
        var next = User with
        {
            DisplayName = changes.DisplayName ?? User.DisplayName,
            Email = changes.Email ?? User.Email,
            IsAdministrator = changes.IsAdministrator ?? User.IsAdministrator,
            IsDisabled = changes.IsDisabled ?? User.IsDisabled,
        };
        if (await WriteAsync(next, cancellationToken) is { } last) return last;
        return User.ToInfo();
    }

    public async Task<Outcome> SetPasswordAsync(Caller caller, PasswordHash password, CancellationToken cancellationToken)
    {
        if (Fault(caller) is { } refusal) return refusal;
        await _state.WriteAsync(User with { Password = password, CredentialVersion = User.CredentialVersion + 1 }, cancellationToken);
        return Outcome.Done;
    }

    public async Task<Outcome> DeleteAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!IsAdministrator(caller)) return Denied("Only administrators may delete users.");
        if (User.IsDeleting)
        {
            await FinishDeletionAsync(cancellationToken);
            return Outcome.Done;
        }

        if (!User.Exists)
        {
            // A crash may have left the name in the list.
            await GrainFactory.GetDirectory(IDirectoryGrain.Users).RemoveAsync(this.GetPrimaryKeyString(), cancellationToken);
            return NotFound();
        }

        if (await WriteAsync(User with { IsDeleting = true }, cancellationToken) is { } last) return last;
        await FinishDeletionAsync(cancellationToken);
        return Outcome.Done;
    }

    private static bool IsAdministrator(Caller caller) => caller is { IsAdministrator: true, Scope: AccessScope.Admin };

    private static Refusal Denied(string message) => new(RefusalKind.PermissionDenied, message);

    private IDirectoryGrain Administrators => GrainFactory.GetDirectory(DirectoryGrain.Administrators);

    private Refusal NotFound() => new(RefusalKind.NotFound, $"There is no user '{this.GetPrimaryKeyString()}'.");

    /// <summary>Why the caller may not manage this user. Whether there is one, only those learn who may.</summary>
    private Refusal? Fault(Caller caller)
    {
        if (!caller.MayManage(User.UserId))
        {
            return Denied(caller.Scope < AccessScope.Admin && caller.UserId == User.UserId
                ? "This needs a login with the scope 'admin': a password, or a token made with that scope."
                : "Only the user and administrators may do that.");
        }

        return User.Exists ? null : NotFound();
    }

    /// <summary>
    /// Writes the record and keeps the list of administrators. The list never names somebody who is not one: entered after
    /// the record, taken out before it. Two who leave at once both find it empty and both stay.
    /// </summary>
    private async Task<Refusal?> WriteAsync(UserState next, CancellationToken cancellationToken)
    {
        if (User.IsActiveAdministrator && !next.IsActiveAdministrator)
        {
            await Administrators.RemoveAsync(User.Name.Value, cancellationToken);
            try
            {
                var others = await Administrators.ListAsync(new PageRequest(1, null), cancellationToken);
                if (others.Items.Count == 0)
                {
                    await Administrators.AddAsync(User.Name.Value, cancellationToken);
                    return new Refusal(
                        RefusalKind.FailedPrecondition, "This is the last administrator; make another user an administrator first.");
                }

                await _state.WriteAsync(next, cancellationToken);
            }
            catch
            {
                // The record may say that this is an administrator still: the next activation enters it again.
                DeactivateOnIdle();
                throw;
            }

            return null;
        }

        await _state.WriteAsync(next, cancellationToken);
        if (User.IsActiveAdministrator) await Administrators.AddAsync(User.Name.Value, cancellationToken);
        return null;
    }

    /// <summary>Anybody may ask for any name: what is not there shall not stay in memory.</summary>
    private void LeaveIfNobody()
    {
        if (User.UserId == Guid.Empty) (_stay ??= new ShortStay(this)).Leave();
    }
}
