using System.Text;
using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Native;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>The bytes of one side of a changed file, as git compares them: of a submodule a line that names its commit.</summary>
internal sealed class FileContents : IDisposable
{
    private readonly RawObject? _raw;
    private readonly byte[] _line;

    private FileContents(RawObject? raw, byte[] line)
    {
        _raw = raw;
        _line = line;
    }

    public ReadOnlySpan<byte> Bytes => _raw is null ? _line : _raw.Data;

    /// <summary>How many bytes it has; nothing is loaded for that.</summary>
    public static long SizeOf(ObjectSource objects, FileVersion? file) =>
        file is null || file.IsSubmodule ? 0 : objects.ReadHeader(file.Id).Size;

    public static FileContents Load(ObjectSource objects, FileVersion? file)
    {
        if (file is null) return new FileContents(null, []);
        return file.IsSubmodule
            ? new FileContents(null, Encoding.ASCII.GetBytes($"Subproject commit {file.Id}\n"))
            : new FileContents(objects.Read(file.Id), []);
    }

    public void Dispose() => _raw?.Dispose();
}
