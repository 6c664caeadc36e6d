using System.Buffers;
using System.Globalization;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>
/// Finds out whether the answer to a v2 <c>fetch</c> (gitprotocol-v2(5), fetch) may be given to others who ask the same, and brings such a
/// request into one form: arguments whose order means nothing sorted, capabilities that shape nothing left out.
/// </summary>
/// <remarks>
/// With <c>done</c> the objects that are wanted and had name the pack: what they reach never changes. A round of negotiation
/// is answered from what the store holds now, and <c>deepen-not</c> from names of refs: those are nobody else's.
/// </remarks>
internal sealed class CanonicalFetch
{
    /// <summary>Sorting more than this is not worth it.</summary>
    private const int MaxLength = 8 << 20;

    private const int HexLength = 40;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Arguments without a value, in the order of the canonical form.</summary>
    private static readonly byte[][] Flags =
    [
        "thin-pack"u8.ToArray(), "no-progress"u8.ToArray(), "include-tag"u8.ToArray(), "ofs-delta"u8.ToArray(), "deepen-relative"u8.ToArray(),
    ];

    /// <summary>Arguments whose value is no object, each at most once.</summary>
    private static readonly byte[][] Values = ["deepen "u8.ToArray(), "deepen-since "u8.ToArray(), "filter "u8.ToArray()];

    /// <summary>Arguments that name an object.</summary>
    private static readonly byte[][] Objects = ["shallow "u8.ToArray(), "want "u8.ToArray(), "have "u8.ToArray()];

    private readonly ReadOnlyMemory<byte> _request;
    private readonly bool[] _flags = new bool[Flags.Length];
    private readonly ReadOnlyMemory<byte>[] _values = new ReadOnlyMemory<byte>[Values.Length];
    private readonly List<int>[] _objects = [[], [], []];
    private bool _isDone;

    private CanonicalFetch(ReadOnlyMemory<byte> request) => _request = request;

    /// <param name="request">A whole request, flush included, as it would go to git.</param>
    /// <param name="refs">The refs it is answered with.</param>
    /// <returns>Null: the answer is for this client alone, or there is something in it that we do not know.</returns>
    public static SharedFetch? TryRead(ReadOnlyMemory<byte> request, RefSnapshot refs)
    {
        if (request.Length > MaxLength) return null;
        var fetch = new CanonicalFetch(request);
        if (!fetch.TryReadLines() || !fetch._isDone || fetch._objects[1].Count == 0) return null;
        var includesTags = fetch._flags[2];
        var isClone = fetch._objects[2].Count == 0;
        return new SharedFetch(fetch.Write(), includesTags ? TagsDigest.Of(refs.Visible) : default, isClone);
    }

    private bool TryReadLines()
    {
        var inArguments = false;
        var position = 0;
        while (_request.Length - position >= 4)
        {
            if (!int.TryParse(_request.Span.Slice(position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)) return false;
            if (length == 0) return position + 4 == _request.Length;
            if (length == 1 && !inArguments)
            {
                inArguments = true;
                position += 4;
                continue;
            }

            if (length <= 4 || length > _request.Length - position) return false;
            var line = _request.Slice(position + 4, length - 4);
            if (line.Span[^1] == (byte)'\n') line = line[..^1];
            if (!(inArguments ? TakeArgument(line, position + 4) : IsKnownCapability(line.Span))) return false;
            position += length;
        }

        return false;
    }

    private static bool IsKnownCapability(ReadOnlySpan<byte> line) =>
        line.SequenceEqual("command=fetch"u8) || line.SequenceEqual("object-format=sha1"u8)
        || line.StartsWith("agent="u8) || line.StartsWith("session-id="u8) || line.StartsWith("server-option="u8);

    private bool TakeArgument(ReadOnlyMemory<byte> line, int position)
    {
        var text = line.Span;
        for (var i = 0; i < Objects.Length; i++)
        {
            if (!text.StartsWith(Objects[i])) continue;
            var id = text[Objects[i].Length..];
            if (id.Length != HexLength || id.ContainsAnyExcept(HexDigits)) return false;
            _objects[i].Add(position + Objects[i].Length);
            return true;
        }

        for (var i = 0; i < Flags.Length; i++)
        {
            if (text.SequenceEqual(Flags[i])) return _flags[i] = true;
        }

        for (var i = 0; i < Values.Length; i++)
        {
            if (!text.StartsWith(Values[i])) continue;
            if (!_values[i].IsEmpty) return false;
            _values[i] = line;
            return true;
        }

        // With "done" there is nothing to wait for.
        if (text.SequenceEqual("wait-for-done"u8)) return true;
        _isDone |= text.SequenceEqual("done"u8);
        return text.SequenceEqual("done"u8);
    }

    private ReadOnlyMemory<byte> Write()
    {
        var output = new ArrayBufferWriter<byte>(_request.Length + 64);
        output.WritePkt("command=fetch"u8);
        output.WriteDelimiter();
        for (var i = 0; i < Flags.Length; i++)
        {
            if (_flags[i]) output.WritePkt(Flags[i]);
        }

        foreach (var value in _values)
        {
            if (!value.IsEmpty) output.WritePkt(value.Span);
        }

        for (var i = 0; i < Objects.Length; i++)
        {
            _objects[i].Sort((a, b) => Hex(a).SequenceCompareTo(Hex(b)));
            for (var j = 0; j < _objects[i].Count; j++)
            {
                if (j == 0 || !Hex(_objects[i][j]).SequenceEqual(Hex(_objects[i][j - 1]))) output.WritePkt(Objects[i], Hex(_objects[i][j]));
            }
        }

        output.WritePkt("done"u8);
        output.WriteFlush();
        return output.WrittenMemory;
    }

    private ReadOnlySpan<byte> Hex(int position) => _request.Span.Slice(position, HexLength);
}
