using System.IO.Pipelines;
using System.Text;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Imports.Sources;

namespace Granary.Imports.Remote;

/// <summary>The pkt-lines of one answer of the source; a source that is silent, broken or at odds with the protocol ends the import.</summary>
internal sealed class RemoteAnswer : IAsyncDisposable
{
    private const int MaxErrorLength = 300;

    private readonly HttpResponseMessage _response;
    private readonly PipeReader _body;
    private readonly PktLineReader _lines;
    private readonly SilenceClock _clock;

    private RemoteAnswer(HttpResponseMessage response, PipeReader body, SilenceClock clock) =>
        (_response, _body, _lines, _clock) = (response, body, new PktLineReader(body), clock);

    /// <param name="response">Owned from here on.</param>
    /// <param name="stallTimeout">How long it may be silent.</param>
    /// <param name="time">For the time-out.</param>
    /// <param name="cancellationToken">Ends the import.</param>
    public static async Task<RemoteAnswer> OfAsync(
        HttpResponseMessage response, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return new RemoteAnswer(response, PipeReader.Create(stream), new SilenceClock(stallTimeout, time, cancellationToken));
    }

    /// <summary>The next line; what the source says instead of an answer ends the import with its words.</summary>
    public async ValueTask<PktLine> ReadAsync()
    {
        try
        {
            var line = await _clock.AwaitAsync(_lines.ReadAsync).ConfigureAwait(false);
            if (line.Kind == PktKind.Data && line.Payload.Span.StartsWith("ERR "u8)) throw Said(line.Text.Span["ERR ".Length..]);
            return line.Kind == PktKind.EndOfStream ? throw Broken() : line;
        }
        catch (GitProtocolException)
        {
            throw new ImportRefusedException("The source does not answer as a git server does.");
        }
        catch (IOException)
        {
            throw Broken();
        }
    }

    /// <summary>The source's own words, which may be anything.</summary>
    public static ImportRefusedException Said(ReadOnlySpan<byte> message)
    {
        var text = Encoding.UTF8.GetString(message[..Math.Min(message.Length, MaxErrorLength)]).Trim();
        return new ImportRefusedException($"The source refused: {text}");
    }

    public async ValueTask DisposeAsync()
    {
        await _body.CompleteAsync().ConfigureAwait(false);
        _response.Dispose();
        _clock.Dispose();
    }

    private static ImportRefusedException Broken() => new(RefusalKind.Unavailable, "The connection to the source broke off.");
}
