using System.Buffers;
using System.Text;
using Granary.Repositories;

namespace Granary.Grains.Git.Refs;

/// <summary>Makes the next block of refs from the present one and a set of accepted updates, copying whole runs of unchanged lines.</summary>
internal static class RefMerge
{
    public static byte[] Apply(RefSnapshot refs, IEnumerable<RefUpdate> updates)
    {
        var sorted = updates.Select(static u => (Name: Encoding.UTF8.GetBytes(u.Name.Value), Update: u)).ToArray();
        Array.Sort(sorted, static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        var output = new ArrayBufferWriter<byte>(refs.Packed.Length + (sorted.Length * 160) + 1);
        var copied = 0;
        foreach (var (name, update) in sorted)
        {
            var index = refs.LowerBound(name);
            var start = index < refs.Count ? refs.LinesOf(index).Start.Value : refs.Packed.Length;
            output.Write(refs.Packed[copied..start]);
            var replaces = index < refs.Count && refs[index].Name.SequenceEqual(name);
            copied = replaces ? refs.LinesOf(index).End.Value : start;
            if (!update.IsDelete) WriteLines(output, name, update);
        }

        output.Write(refs.Packed[copied..]);
        return output.WrittenSpan.ToArray();
    }

    private static void WriteLines(ArrayBufferWriter<byte> output, byte[] name, RefUpdate update)
    {
        var span = output.GetSpan(name.Length + 140);
        var length = update.New.CopyHexTo(span);
        span[length++] = (byte)' ';
        name.CopyTo(span[length..]);
        length += name.Length;
        span[length++] = (byte)'\n';
        if (update.Peeled is { } peeled)
        {
            span[length++] = (byte)'^';
            length += peeled.CopyHexTo(span[length..]);
            span[length++] = (byte)'\n';
        }

        output.Advance(length);
    }
}
