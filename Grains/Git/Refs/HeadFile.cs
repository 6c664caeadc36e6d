using System.Text;
using Granary.Grains.Posix;
using Granary.Repositories;

namespace Granary.Grains.Git.Refs;

/// <summary>The repository's <c>HEAD</c>: the ref it names, or the object when it is detached.</summary>
internal static class HeadFile
{
    private const int MaxLength = 4096;

    public static (string? Target, ObjectId? Detached) Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxLength }) throw new IOException("HEAD is not a ref.");
        var text = File.ReadAllText(path).TrimEnd('\n', ' ');
        if (text.StartsWith("ref:", StringComparison.Ordinal)) return (text[4..].Trim(), null);
        return ObjectId.TryParse(text, out var id) ? (null, id) : throw new IOException("HEAD is not a ref.");
    }

    /// <summary>Points HEAD at a branch, durably. Used under the repository's lock.</summary>
    public static void Write(string path, RefName target) => DurableFiles.Replace(path, Encoding.UTF8.GetBytes($"ref: {target.Value}\n"));
}
