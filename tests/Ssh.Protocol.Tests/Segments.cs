using System.Buffers;

namespace Granary.Frontends.Ssh.Protocol.Tests;

/// <summary>Memory cut into pieces, as a socket delivers it.</summary>
internal static class Segments
{
    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> memory, Random random)
    {
        var first = new Segment(memory[..random.Next(memory.Length)], null);
        var last = first;
        var done = first.Memory.Length;
        while (done < memory.Length)
        {
            var size = random.Next(1, memory.Length - done + 1);
            last = new Segment(memory.Slice(done, size), last);
            done += size;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null) return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
