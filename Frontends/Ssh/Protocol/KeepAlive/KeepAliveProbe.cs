using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.KeepAlive;

/// <summary>
/// <c>keepalive@openssh.com</c> to a client that is silent. Whatever the client sends is a sign of life; nobody waits for it.
/// </summary>
internal sealed class KeepAliveProbe(SshOptions options, TimeProvider time)
{
    private static readonly byte[] Request = Message.Create(MessageNumber.GlobalRequest, 0, static (writer, _) =>
    {
        writer.WriteString("keepalive@openssh.com");
        writer.WriteBoolean(true);
    });

    private long _lastSign = time.GetTimestamp();
    private int _unanswered;

    /// <summary>By the connection's reader, for each packet.</summary>
    public void SignOfLife()
    {
        Volatile.Write(ref _lastSign, time.GetTimestamp());
        Volatile.Write(ref _unanswered, 0);
    }

    /// <summary>Sends when it is time; false if the client has left too many questions without an answer.</summary>
    public bool Tick(Action<byte[]> send)
    {
        var silence = time.GetElapsedTime(Volatile.Read(ref _lastSign));
        var unanswered = Volatile.Read(ref _unanswered);
        if (silence < options.KeepAliveInterval * (unanswered + 1)) return true;
        if (unanswered >= options.KeepAliveMisses) return false;
        Volatile.Write(ref _unanswered, unanswered + 1);
        send(Request);
        return true;
    }
}
