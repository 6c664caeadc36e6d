using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Granary.Frontends.Ssh.Protocol.Sockets;

/// <summary>One accepted socket. It holds no memory while it waits for its peer.</summary>
internal sealed class SocketConnection : DefaultConnectionContext, IConnectionSocketFeature, IDuplexPipe
{
    /// <summary>What is sent at once; the packets that the writer flushes together fit.</summary>
    private const int WriteSize = 128 << 10;

    /// <summary>What a peer may have sent after our last words before it loses them.</summary>
    private const int MaxDiscarded = 1 << 20;
    private static readonly StreamPipeWriterOptions WriterOptions = new(minimumBufferSize: WriteSize, leaveOpen: true);

    private SocketConnection(Socket socket)
        : base(Guid.NewGuid().ToString("N"))
    {
        Socket = socket;
        var stream = new PromptStream(socket);
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(
            new ReceivePool(socket), bufferSize: ReceivePool.Least, minimumReadSize: ReceivePool.Least / 2, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, WriterOptions);
        Transport = this;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        Features.Set<IConnectionSocketFeature>(this);
    }

    public Socket Socket { get; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <exception cref="SocketException">The peer is gone already; the socket is closed.</exception>
    public static SocketConnection Create(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            return new SocketConnection(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends it at once: what is being read or sent fails, and so whoever serves it learns of it.</summary>
    public override void Abort(ConnectionAbortedException abortReason) => Socket.Close(timeout: 0);

    public override async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync();

        // What was not flushed is not to be: whoever wrote it gave up.
        await Output.CompleteAsync(new ConnectionAbortedException());
        Discard();
        Socket.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>Data that was received and not read would make the kernel reset the connection, and the peer lose our last words.</summary>
    private void Discard()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
            Span<byte> buffer = stackalloc byte[4096];
            for (var left = MaxDiscarded; left > 0 && Socket.Available > 0;) left -= Socket.Receive(buffer);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is gone, or was aborted.
        }
    }
}
