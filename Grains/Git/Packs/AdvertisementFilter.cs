using System.Globalization;

namespace Granary.Grains.Git.Packs;

/// <summary>
/// Leaves out the advertisement that git begins a dialogue with: pkt-lines up to the first flush. The client had it already,
/// made from the snapshot.
/// </summary>
internal sealed class AdvertisementFilter
{
    private readonly byte[] _length = new byte[4];
    private int _lengthBytes;
    private int _payload;
    private bool _isPast;

    /// <summary>Moves what is to be kept to the front; returns how many bytes that are.</summary>
    public int Remove(Span<byte> bytes)
    {
        var at = 0;
        while (!_isPast && at < bytes.Length)
        {
            if (_payload > 0)
            {
                var skipped = Math.Min(_payload, bytes.Length - at);
                _payload -= skipped;
                at += skipped;
                continue;
            }

            _length[_lengthBytes++] = bytes[at++];
            if (_lengthBytes < _length.Length) continue;
            _lengthBytes = 0;

            // git's own words: if they are no lines, they are passed on as they are, for whoever looks for the fault.
            var isLine = int.TryParse(_length, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length);
            _isPast = !isLine || length < _length.Length;
            _payload = Math.Max(0, length - _length.Length);
        }

        bytes[at..].CopyTo(bytes);
        return bytes.Length - at;
    }
}
