namespace Granary.Frontends.Rpc.Errors;

/// <summary>The reasons of <c>google.rpc.ErrorInfo</c>, for programs: none is ever renamed. docs/api.md lists them.</summary>
internal static class ErrorReasons
{
    public const string Domain = "granary";

    public const string InvalidArgument = "INVALID_ARGUMENT";
    public const string NotFound = "NOT_FOUND";
    public const string AlreadyExists = "ALREADY_EXISTS";
    public const string PermissionDenied = "PERMISSION_DENIED";
    public const string FailedPrecondition = "FAILED_PRECONDITION";
    public const string UnexpectedState = "UNEXPECTED_STATE";
    public const string LimitReached = "LIMIT_REACHED";
    public const string Busy = "BUSY";
    public const string LoginRequired = "LOGIN_REQUIRED";
    public const string LoginRefused = "LOGIN_REFUSED";
    public const string TooManyLogins = "TOO_MANY_LOGINS";
    public const string Cancelled = "CANCELLED";
    public const string StorageFull = "STORAGE_FULL";
    public const string StorageUnavailable = "STORAGE_UNAVAILABLE";
    public const string OutcomeUnknown = "OUTCOME_UNKNOWN";
    public const string Unavailable = "UNAVAILABLE";
    public const string Internal = "INTERNAL";
}
