namespace Granary.Grains.Git;

/// <summary>Makes git's last words fit for a client: one line, no control characters, no paths of the server.</summary>
internal static class ErrorText
{
    private const int MaxLength = 400;

    public static string ForClient(string standardError, RepositoryPaths paths)
    {
        // Progress ends with a carriage return alone, and the fault follows it on the same line.
        var lines = standardError.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        // fsck names the object and its fault in an error of its own; the fatal line after it says only that there was one.
        var line = lines.LastOrDefault(static l => l.StartsWith("error: object ", StringComparison.Ordinal))
            ?? lines.LastOrDefault(static l => l.StartsWith("fatal: ", StringComparison.Ordinal) || l.StartsWith("error: ", StringComparison.Ordinal))
            ?? lines.LastOrDefault() ?? "git ended without a word";
        if (line.StartsWith("fatal: ", StringComparison.Ordinal) || line.StartsWith("error: ", StringComparison.Ordinal)) line = line[7..];
        line = line.Replace(paths.Root, "(repository)", StringComparison.Ordinal);
        var clean = string.Concat(line.Where(static c => !char.IsControl(c)));
        return clean.Length <= MaxLength ? clean : clean[..MaxLength];
    }
}
