namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>A comparison is beyond what the server does at all; the message ends the sentence "cannot be compared, because …".</summary>
internal sealed class DiffTooLargeException(string why) : Exception(why);
