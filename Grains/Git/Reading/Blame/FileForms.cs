using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>The contents of a file in several commits: those used last stay, since what is compared with its parent now was the parent before.</summary>
internal sealed class FileForms(ObjectSource objects, BlobMemory memory) : IDisposable
{
    /// <summary>Two are compared at a time; two more, where histories run beside each other.</summary>
    private const int MaxKept = 4;

    private readonly LinkedList<Form> _byUse = [];

    /// <summary>One of them; it stays until three others were asked for.</summary>
    /// <exception cref="Granary.Git.GitBusyException">There is no memory for it now.</exception>
    public RawObject Load(ObjectId blob)
    {
        for (var node = _byUse.First; node is not null; node = node.Next)
        {
            if (node.Value.Blob != blob) continue;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Content;
        }

        if (_byUse.Count == MaxKept)
        {
            _byUse.Last!.Value.Dispose();
            _byUse.RemoveLast();
        }

        var share = memory.Hold(objects.ReadHeader(blob).Size);
        try
        {
            var form = new Form(blob, objects.Read(blob), share);
            _byUse.AddFirst(form);
            return form.Content;
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var form in _byUse) form.Dispose();
        _byUse.Clear();
    }

    private sealed class Form(ObjectId blob, RawObject content, IDisposable share) : IDisposable
    {
        public ObjectId Blob { get; } = blob;

        public RawObject Content { get; } = content;

        public void Dispose()
        {
            Content.Dispose();
            share.Dispose();
        }
    }
}
