using System.Net;
using System.Net.Sockets;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>Answers every request with 10 GB, as long as somebody takes them; on bare sockets, so that what was taken is known exactly.</summary>
internal sealed class Flood : IAsyncDisposable
{
    private const long Size = 10L << 30;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private long _most;

    public Flood()
    {
        _listener.Start();
        Url = $"http://{_listener.LocalEndpoint}";
        _accepting = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>The most that was taken of one answer.</summary>
    public long Most => Interlocked.Read(ref _most);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true) answers.Add(AnswerAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using var _ = socket;
        var piece = new byte[64 * 1024];
        long taken = 0;
        try
        {
            await socket.ReceiveAsync(piece, _stop.Token);
            await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n"), _stop.Token);
            while (taken < Size) taken += await socket.SendAsync(piece, _stop.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // Cut off, which is the point.
        }

        for (var seen = Most; taken > seen && Interlocked.CompareExchange(ref _most, taken, seen) != seen; seen = Most)
        {
            // Another was faster.
        }
    }
}
