using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Granary.Imports.Sources;
using Granary.Repositories;

namespace Granary.Imports.Bundles;

/// <summary>Reads what a bundle says before its pack, gitformat-bundle(5), versions 2 and 3; the pack stays in the pipe.</summary>
internal static class BundleHeader
{
    private const int MaxLine = RefName.MaxLength + 1024;

    /// <exception cref="ImportRefusedException">It is no bundle, not whole, or of a kind that is not taken.</exception>
    public static async Task ReadAsync(PipeReader bundle, SourceRefs refs, CancellationToken cancellationToken)
    {
        var isV3 = false;
        var isFirst = true;
        while (true)
        {
            var result = await bundle.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = result.Buffer;
            var isAtEnd = false;
            try
            {
                while (!isAtEnd && TryTakeLine(ref rest, out var line))
                {
                    if (isFirst) isV3 = ReadSignature(line);
                    else isAtEnd = !ReadLine(line, isV3, refs);
                    isFirst = false;
                }
            }
            finally
            {
                bundle.AdvanceTo(rest.Start, isAtEnd ? rest.Start : result.Buffer.End);
            }

            if (isAtEnd) return;
            if (rest.Length > MaxLine) throw new ImportRefusedException(isFirst ? NoBundle : "The bundle has a line of impossible length.");
            if (result.IsCompleted) throw new ImportRefusedException(isFirst ? NoBundle : "The bundle ends within its list of refs.");
        }
    }

    private const string NoBundle = "That is not a git bundle.";

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (rest.PositionOf((byte)'\n') is not { } end) return false;
        var taken = rest.Slice(0, end);
        if (taken.Length > MaxLine) return false;
        line = taken.IsSingleSegment ? taken.FirstSpan : taken.ToArray();
        rest = rest.Slice(rest.GetPosition(1, end));
        return true;
    }

    private static bool ReadSignature(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("# v3 git bundle"u8)) return true;
        return line.SequenceEqual("# v2 git bundle"u8) ? false : throw new ImportRefusedException(NoBundle);
    }

    /// <summary>False at the empty line that ends the header.</summary>
    private static bool ReadLine(ReadOnlySpan<byte> line, bool isV3, SourceRefs refs)
    {
        if (line.IsEmpty) return false;
        if (isV3 && line[0] == '@')
        {
            ReadCapability(line[1..]);
            return true;
        }

        if (line[0] == '-')
        {
            throw new ImportRefusedException(
                "The bundle holds a part of a history and needs commits that it has not; make it with 'git bundle create FILE --all'.");
        }

        var blank = line.IndexOf((byte)' ');
        if (blank < 0 || !ObjectId.TryParse(line[..blank], out var id)) throw new ImportRefusedException("The bundle has a line that names no ref.");
        refs.Add(line[(blank + 1)..], id);
        return true;
    }

    private static void ReadCapability(ReadOnlySpan<byte> capability)
    {
        if (capability.SequenceEqual("object-format=sha1"u8)) return;
        if (capability.SequenceEqual("object-format=sha256"u8)) throw SourceRefs.Sha256();
        if (capability.StartsWith("filter="u8)) throw new ImportRefusedException("The bundle was made with a filter and has not all objects.");
        throw new ImportRefusedException($"The bundle needs '{Encoding.UTF8.GetString(capability)}', which is not known here.");
    }
}
