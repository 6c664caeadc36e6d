using Granary.V1;

namespace Granary.Silo.Cli.Imports;

/// <summary>Finds out what a path is.</summary>
internal static class LocalSource
{
    private static ReadOnlySpan<byte> Signature => "# v"u8;

    /// <exception cref="UsageException">There is nothing that can be imported.</exception>
    public static IImportSource Find(string path)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full)) return IsRepository(full) ? new RepositorySource(full) : throw new UsageException($"'{path}' is not a git repository.");
        if (File.Exists(full)) return IsBundle(full) ? new BundleFile(full) : throw new UsageException($"'{path}' is not a git bundle.");
        throw new UsageException($"There is no '{path}'. An address begins with http:// or https://; of other addresses make a mirror clone and import that.");
    }

    /// <summary>With a working tree, or bare.</summary>
    public static bool IsRepository(string folder) =>
        Path.Exists(Path.Combine(folder, ".git"))
        || (File.Exists(Path.Combine(folder, "HEAD")) && Directory.Exists(Path.Combine(folder, "objects")) && Directory.Exists(Path.Combine(folder, "refs")));

    public static bool IsBundle(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            Span<byte> start = stackalloc byte[Signature.Length];
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Signature);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{file}' cannot be read: {fault.Message}");
        }
    }
}

/// <summary>A bundle, sent as it is.</summary>
internal sealed class BundleFile(string path) : IImportSource
{
    public Task DescribeAsync(ImportRepositoryRequest request, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task SendAsync(IChunkSink sink, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = File.OpenRead(path);
            await sink.SendAllAsync(stream, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandRefusedException($"'{path}' cannot be read: {fault.Message}");
        }
    }
}
