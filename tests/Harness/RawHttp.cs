using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Granary.Tests.Harness;

/// <param name="Status">0: the connection was closed without an answer.</param>
/// <param name="Head">Status line and headers.</param>
/// <param name="Body">The body, chunks put together.</param>
public sealed record RawReply(int Status, string Head, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>One connection over which a test sends what it likes, for requests that no HTTP library would send.</summary>
public sealed class RawHttp : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _timeout = new(Bound);
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawHttp(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public static async Task<RawHttp> ConnectAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        return new RawHttp(client);
    }

    /// <summary>A request on a connection of its own; the answer is whatever comes until the server closes.</summary>
    public static async Task<RawReply> ExchangeAsync(int port, string head, ReadOnlyMemory<byte> body = default)
    {
        using var connection = await ConnectAsync(port);
        await connection.SendAsync(head, body);
        return await connection.ReadReplyAsync();
    }

    /// <summary>The head of a POST of git, closing the connection after it.</summary>
    /// <param name="path">The path as it goes on the wire.</param>
    /// <param name="service"><c>git-upload-pack</c> or <c>git-receive-pack</c>.</param>
    /// <param name="length">Of the body.</param>
    /// <param name="more">Further header lines, each ended by CR LF.</param>
    public static string PostHead(string path, string service, long length, string more = "") =>
        $"POST {path}/{service} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-{service}-request\r\n"
        + $"Content-Length: {length}\r\n{more}\r\n";

    /// <summary>A header line.</summary>
    public static string Authorization(string user, string secret) => $"Authorization: {Api.Basic(user, secret)}\r\n";

    /// <summary>Sends; a server that has answered and closed already is no fault.</summary>
    public async Task SendAsync(string head, ReadOnlyMemory<byte> body = default)
    {
        try
        {
            await _stream.WriteAsync(Encoding.Latin1.GetBytes(head), _timeout.Token);
            await _stream.WriteAsync(body, _timeout.Token);
        }
        catch (IOException)
        {
            // The answer says why.
        }
    }

    /// <summary>No more comes from this side; the answer can still be read.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until <paramref name="end"/> has come.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            if (await _stream.ReadAsync(one, _timeout.Token) == 0) throw new EndOfStreamException($"Got only: {text}");
            text.Append((char)one[0]);
        }

        return text.ToString();
    }

    /// <summary>Reads until the server closes.</summary>
    public async Task<RawReply> ReadReplyAsync()
    {
        using var all = new MemoryStream();
        try
        {
            await _stream.CopyToAsync(all, _timeout.Token);
        }
        catch (IOException)
        {
            // Reset after the answer, because the server did not want the rest of the request.
        }

        return Parse(all.ToArray());
    }

    public void Dispose()
    {
        _client.Dispose();
        _timeout.Dispose();
    }

    private static RawReply Parse(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0) return new RawReply(0, Encoding.Latin1.GetString(bytes), []);
        var head = Encoding.Latin1.GetString(bytes, 0, end);
        var body = bytes[(end + 4)..];
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) body = Unchunk(body);
        return new RawReply(int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture), head, body);
    }

    private static byte[] Unchunk(byte[] body)
    {
        var rest = body.AsSpan();
        var whole = new List<byte>(body.Length);
        while (rest.IndexOf("\r\n"u8) is > 0 and var end)
        {
            var length = int.Parse(rest[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            rest = rest[(end + 2)..];
            if (length == 0 || rest.Length < length) break;
            whole.AddRange(rest[..length]);
            rest = rest[Math.Min(length + 2, rest.Length)..];
        }

        return [.. whole];
    }
}
