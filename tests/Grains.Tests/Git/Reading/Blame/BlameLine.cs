using System.Globalization;
using System.Text;
using Granary.Git.Reading;
using Granary.Git.Reading.Blame;
using Granary.Grains.Git.Reading;
using Granary.Grains.Git.Reading.Blame;
using Granary.Grains.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Tests.Git.Reading.Blame;

/// <summary>A line of commits, each of which adds a line to a file.</summary>
internal sealed class BlameLine : IDisposable
{
    private readonly TestRepository _repository = new();
    private readonly ObjectSource _objects;
    private readonly ReadHandle _handle;
    private readonly int _count;

    public BlameLine(int count)
    {
        var (script, text) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"line {i}\n");
            script.Append(CultureInfo.InvariantCulture, $"commit refs/heads/main\ncommitter A <a@example.com> {100 + i} +0000\ndata 0\n\n");
            script.Append(CultureInfo.InvariantCulture, $"M 100644 inline a/file\ndata {text.Length}\n{text}\n");
        }

        GitProgram.Feed(_repository.Paths.Root, script.ToString(), "fast-import", "--quiet");
        Commits = [.. _repository.Git("rev-list", "--reverse", "refs/heads/main").Split('\n').Select(static line => ObjectId.Parse(line))];
        _objects = new ObjectSource(_repository.Paths.Objects);
        _handle = new ReadHandle(_repository.Id, _repository.Paths, _objects);
        _count = count;
    }

    public ObjectId[] Commits { get; }

    public IEnumerable<BlamePiece> Run(BlameOptions options, BlobMemory memory, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var blob = ObjectId.Parse(_repository.Git("rev-parse", "refs/heads/main:a/file"));
        var file = new BlamedFile(Commits[^1], GitPath.FromBytes("a/file"u8), blob, Convert.ToInt32("100644", 8), _count);
        return new BlameSearch(_handle, memory, options, new DiffLimits(), time).Run(file, new LineSpan(0, 0, _count), false, cancellationToken);
    }

    public static BlobMemory Memory(long size) => new(Options.Create(new ReadingOptions { BlobMemory = size }));

    public void Dispose()
    {
        _objects.Dispose();
        _repository.Dispose();
    }
}
