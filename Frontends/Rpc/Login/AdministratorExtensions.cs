using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;

namespace Granary.Frontends.Rpc.Login;

internal static class AdministratorExtensions
{
    /// <summary>For calls that are about the server itself, of which no project decides.</summary>
    /// <param name="current">Who calls.</param>
    /// <param name="what">What the call is about, to begin the sentence of a refusal with.</param>
    public static void RequireAdministrator(this CurrentCaller current, string what)
    {
        if (current.Caller is { IsAdministrator: true, Scope: AccessScope.Admin }) return;
        throw new RefusedException(new Refusal(
            RefusalKind.PermissionDenied, $"{what} are for administrators of the server, with a login of scope 'admin'."));
    }
}
