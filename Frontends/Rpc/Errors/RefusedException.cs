namespace Granary.Frontends.Rpc.Errors;

/// <summary>Carries a refusal from a service to <see cref="CallErrors"/>; never leaves this project.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}
