using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Granary.Silo.Cli.Imports;

/// <summary>The user's git, in one repository.</summary>
internal sealed class GitTool(string path)
{
    private const int MaxError = 2000;

    /// <summary>Variables that would lead git elsewhere, as within a hook.</summary>
    private static readonly string[] Misleading =
    [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE",
    ];

    /// <exception cref="CommandRefusedException">git failed; the message has its words.</exception>
    public async Task<byte[]> ReadBytesAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        await StreamAsync(arguments, "", stream => stream.CopyToAsync(output, cancellationToken), cancellationToken);
        return output.ToArray();
    }

    public async Task<string> ReadAsync(string[] arguments, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await ReadBytesAsync(arguments, cancellationToken)).TrimEnd('\n');

    /// <summary>Null when git answers no, without a word.</summary>
    public async Task<string?> TryReadAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await error;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output.TrimEnd('\n') : null;
    }

    /// <exception cref="CommandRefusedException">git failed; what was read of it must not be used.</exception>
    public async Task StreamAsync(string[] arguments, string input, Func<Stream, Task> read, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var writing = WriteAsync(process, input, cancellationToken);
            await read(process.StandardOutput.BaseStream);
            await writing;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0) throw new CommandRefusedException($"git could not read '{path}': {Tail(await error)}");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static string Tail(string error) => (error.Length > MaxError ? error[^MaxError..] : error).Trim();

    private static async Task WriteAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended early; its exit status tells why.
        }
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", path, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in Misleading) start.Environment.Remove(name);

        // The folder that was named, and none above it.
        start.Environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(path) ?? "";
        start.Environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        start.Environment["GIT_NO_LAZY_FETCH"] = "1";
        start.Environment["LC_ALL"] = "C";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new CommandRefusedException("git was not found; it is needed to read a repository. A bundle can be imported without it.");
        }
    }
}
