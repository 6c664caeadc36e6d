namespace Granary.Silo.Cli;

/// <summary>Small files that arguments name.</summary>
internal static class TextFiles
{
    private const int MaxLength = 64 * 1024;

    /// <summary>The text of a file; <c>-</c> is standard input.</summary>
    public static string Read(string file, Terminal terminal)
    {
        try
        {
            if (file == "-") return terminal.In.ReadToEnd();
            using var reader = new StreamReader(file);
            var buffer = new char[MaxLength];
            var length = reader.ReadBlock(buffer);
            return length < MaxLength ? new string(buffer, 0, length) : throw new UsageException($"'{file}' is too large.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"'{file}' cannot be read: {e.Message}");
        }
    }
}
