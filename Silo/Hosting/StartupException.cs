namespace Granary.Silo.Hosting;

/// <summary>The server cannot start; the message is for the operator, no stack trace is.</summary>
internal sealed class StartupException : Exception
{
    public StartupException(string message)
        : base(message)
    {
    }
}
