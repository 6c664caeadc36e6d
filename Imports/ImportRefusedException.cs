namespace Granary.Imports;

/// <summary>Ends an import whose source is not as it must be; never leaves this project.</summary>
internal sealed class ImportRefusedException(RefusalKind kind, string message) : Exception(message)
{
    public ImportRefusedException(string message)
        : this(RefusalKind.InvalidArgument, message)
    {
    }

    public Refusal Refusal => new(kind, Message);
}
