namespace Granary.Frontends.Requests;

/// <summary>The client neither sent nor took anything for too long.</summary>
public sealed class ClientStalledException : Exception;
