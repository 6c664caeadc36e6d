namespace Granary.Silo.Cli.Imports;

/// <param name="Name">The repository's name here: the folders on the way to it, joined by '-'.</param>
/// <param name="Path">Where it is.</param>
internal sealed record FoundSource(string Name, string Path);

/// <summary>Finds what can be imported below a folder.</summary>
internal static class FolderScan
{
    private const int MaxDepth = 8;
    private const string BundleEnding = ".bundle";
    private const string RepositoryEnding = ".git";

    private static readonly EnumerationOptions Visible =
        new() { AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden | FileAttributes.System, IgnoreInaccessible = true };

    /// <exception cref="UsageException">The folder cannot be looked into, or is itself a repository.</exception>
    public static IReadOnlyList<FoundSource> Find(string folder)
    {
        var full = Path.GetFullPath(folder);
        if (!Directory.Exists(full)) throw new UsageException($"There is no folder '{folder}'.");
        if (LocalSource.IsRepository(full)) throw new UsageException($"'{folder}' is itself a repository; import it as PROJECT/REPOSITORY.");
        var found = new List<FoundSource>();
        Look(full, "", 0, found);
        return [.. found.OrderBy(static f => f.Path, StringComparer.Ordinal)];
    }

    private static void Look(string folder, string prefix, int depth, List<FoundSource> found)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + BundleEnding, Visible))
            found.Add(new FoundSource(prefix + Path.GetFileName(file)[..^BundleEnding.Length], file));
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", Visible))
        {
            var name = Path.GetFileName(inner);
            if (!LocalSource.IsRepository(inner))
            {
                if (depth < MaxDepth) Look(inner, $"{prefix}{name}-", depth + 1, found);
                continue;
            }

            found.Add(new FoundSource(prefix + (name.EndsWith(RepositoryEnding, StringComparison.Ordinal) ? name[..^RepositoryEnding.Length] : name), inner));
        }
    }
}
