using System.Buffers.Binary;
using System.Text;

namespace Granary.Repositories;

/// <summary>The name of an object: 20 bytes (SHA-1) or 32 (SHA-256), held inline so that lists of ids make no garbage.</summary>
[GenerateSerializer, Immutable, Alias("granary.ObjectId")]
public readonly record struct ObjectId
{
    [Id(0)] private readonly ulong _a;
    [Id(1)] private readonly ulong _b;
    [Id(2)] private readonly ulong _c;
    [Id(3)] private readonly ulong _d;

    private ObjectId(HashFormat format, ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[32];
        padded.Clear();
        bytes.CopyTo(padded);
        Format = format;
        _a = BinaryPrimitives.ReadUInt64BigEndian(padded);
        _b = BinaryPrimitives.ReadUInt64BigEndian(padded[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(padded[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(padded[24..]);
    }

    [Id(4)]
    public HashFormat Format { get; }

    /// <summary>The all-zero id: "no object", in a ref update the old value of a creation and the new value of a deletion.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    public static ObjectId Zero(HashFormat format) => new(format, []);

    /// <summary>Reads 40 or 64 hexadecimal digits; upper case is accepted, as git does.</summary>
    public static bool TryParse(ReadOnlySpan<byte> hex, out ObjectId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[32];
        if (hex.Length is not (40 or 64)) return false;
        if (Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        id = new ObjectId(hex.Length == 40 ? HashFormat.Sha1 : HashFormat.Sha256, bytes[..(hex.Length / 2)]);
        return true;
    }

    public static bool TryParse(string? hex, out ObjectId id)
    {
        id = default;
        if (hex is null || hex.Length > 64) return false;
        Span<byte> ascii = stackalloc byte[64];
        return Encoding.UTF8.TryGetBytes(hex, ascii, out var length) && TryParse(ascii[..length], out id);
    }

    /// <exception cref="FormatException">The text is not an object id.</exception>
    public static ObjectId Parse(string hex) => TryParse(hex, out var id) ? id : throw new FormatException("That is not an object id.");

    public static ObjectId FromBytes(HashFormat format, ReadOnlySpan<byte> bytes) =>
        bytes.Length == format.HexLength() / 2 ? new ObjectId(format, bytes) : throw new ArgumentException("Wrong length.", nameof(bytes));

    /// <summary>Writes the raw bytes; returns how many.</summary>
    public int CopyTo(Span<byte> destination)
    {
        Span<byte> padded = stackalloc byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(padded, _a);
        BinaryPrimitives.WriteUInt64BigEndian(padded[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(padded[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(padded[24..], _d);
        var length = Format.HexLength() / 2;
        padded[..length].CopyTo(destination);
        return length;
    }

    /// <summary>Writes lower-case hexadecimal digits; returns how many.</summary>
    public int CopyHexTo(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[32];
        var length = CopyTo(bytes);
        Convert.TryToHexStringLower(bytes[..length], destination, out var written);
        return written;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[32];
        return Convert.ToHexStringLower(bytes[..CopyTo(bytes)]);
    }
}
