using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>
/// What the client may still send on a channel, https://www.rfc-editor.org/rfc/rfc4254#section-5.2. It grows while the command
/// keeps up with the client, as far as the budget goes.
/// </summary>
internal sealed class ReceiveWindow(int initial, int max, WindowBudget budget)
{
    private long _open = initial;
    private long _target = initial;
    private long _consumed;
    private long _waiting;
    private long _sinceGrowth;

    /// <summary>By the connection's reader, before data is accepted.</summary>
    public void Accept(int length)
    {
        if (length > Interlocked.Read(ref _open)) throw SshProtocolException.Protocol("More data than the window allows.");
        Interlocked.Add(ref _open, -length);
        Interlocked.Add(ref _waiting, length);
    }

    /// <summary>By the command; true when it is time to tell the client.</summary>
    public bool Consumed(long count)
    {
        Interlocked.Add(ref _waiting, -count);
        return Interlocked.Add(ref _consumed, count) >= Interlocked.Read(ref _target) / 4;
    }

    /// <summary>By the writer: what the client is to be given now.</summary>
    public uint TakeCredit()
    {
        if (Interlocked.Read(ref _consumed) < _target / 4) return 0;
        var credit = Interlocked.Exchange(ref _consumed, 0);
        _sinceGrowth += credit;
        var growth = Math.Min(_target, max - _target);
        if (growth > 0 && _sinceGrowth >= _target && Interlocked.Read(ref _waiting) <= _target / 2 && budget.TryTake(growth))
        {
            Interlocked.Add(ref _target, growth);
            credit += growth;
            _sinceGrowth = 0;
        }

        Interlocked.Add(ref _open, credit);
        return (uint)credit;
    }

    public void Release() => budget.Return(Interlocked.Read(ref _target) - initial);
}
