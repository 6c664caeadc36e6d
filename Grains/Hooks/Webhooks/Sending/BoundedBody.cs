namespace Granary.Grains.Hooks.Webhooks.Sending;

internal static class BoundedBody
{
    /// <summary>The beginning of a body, and whether there was more of it.</summary>
    public static async Task<(ReadOnlyMemory<byte> Body, bool IsCut)> ReadAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[most + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return (buffer.AsSpan(0, Math.Min(length, most)).ToArray(), length > most);
        }
    }
}
