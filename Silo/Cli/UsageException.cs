namespace Granary.Silo.Cli;

/// <summary>The command was used wrongly in a way that parsing could not see.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The command cannot be done; the message is a sentence for the user.</summary>
internal sealed class CommandRefusedException(string message) : Exception(message);
