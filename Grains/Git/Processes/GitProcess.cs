using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Granary.Grains.Posix;

namespace Granary.Grains.Git.Processes;

/// <summary>
/// A git child. Standard input and output are the two directions of one socket, so that waiting for git takes no thread;
/// it leads a process group of its own, so that ending it ends its children too.
/// </summary>
/// <remarks>
/// <see cref="System.Diagnostics.Process"/> would park a pool thread in every read of a pipe, cannot make a process group,
/// and costs several times as much to start.
/// </remarks>
internal sealed partial class GitProcess : IAsyncDisposable
{
    private readonly int _pid;
    private readonly string _command;
    private readonly Lock _gate = new();
    private readonly Socket _errorSocket;
    private readonly Task<string> _standardError;
    private bool _reaped;
    private int _exitCode;

    private GitProcess(int pid, string command, Socket stdio, Socket error, Action<ReadOnlyMemory<byte>>? onError, int errorLimit)
    {
        _pid = pid;
        _command = command;
        ProcessInstruments.Started(command);
        Stdio = stdio;
        _errorSocket = error;
        _standardError = ReadErrorAsync(error, onError, errorLimit);
    }

    /// <summary>Send is git's standard input, receive its standard output.</summary>
    public Socket Stdio { get; }

    /// <param name="command">What it is measured as: one of a few words.</param>
    /// <param name="executable">Absolute path of git.</param>
    /// <param name="arguments">Without the program's name; never made by joining strings.</param>
    /// <param name="environment">The whole environment, <c>NAME=value</c>.</param>
    /// <param name="onError">Called with standard error as it comes; null when only its end is of interest.</param>
    /// <param name="errorLimit">How many bytes of the end of standard error are kept.</param>
    /// <param name="limits">What the process, and each one that it starts, may take; null: as much as the silo.</param>
    /// <exception cref="IOException">The process could not be started.</exception>
    public static unsafe GitProcess Start(
        string command, string executable, IReadOnlyList<string> arguments, IReadOnlyList<string> environment,
        Action<ReadOnlyMemory<byte>>? onError = null, int errorLimit = 8192, ProcessLimits? limits = null)
    {
        var fds = stackalloc int[4];
        NewSocketPair(fds);
        try
        {
            NewSocketPair(fds + 2);
        }
        catch
        {
            CloseAll(fds[0], fds[1]);
            throw;
        }

        int pid;
        try
        {
            pid = Spawn(executable, arguments, environment, fds[1], fds[3]);
        }
        catch
        {
            CloseAll(fds[0], fds[1], fds[2], fds[3]);
            throw;
        }

        CloseAll(fds[1], fds[3]);
        limits?.Apply(pid);
        return new GitProcess(pid, command, Wrap(fds[0]), Wrap(fds[2]), onError, errorLimit);
    }

    /// <summary>Ends git's standard input.</summary>
    public void CloseInput()
    {
        try
        {
            Stdio.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The process is gone already; its exit status will say so.
        }
    }

    /// <summary>Ends the whole process group at once. Harmless when it has ended.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (!_reaped) _ = Libc.Kill(-_pid, Libc.SigKill);
        }
    }

    /// <summary>Waits until standard error is closed and the process is gone. Standard output must have been read to its end.</summary>
    public async Task<(int ExitCode, string StandardError)> WaitAsync()
    {
        var error = await _standardError.ConfigureAwait(false);
        return (await ReapAsync().ConfigureAwait(false), error);
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await ReapAsync().ConfigureAwait(false);
        Stdio.Dispose();
        _errorSocket.Dispose();
    }

    private async Task<int> ReapAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            lock (_gate)
            {
                if (_reaped) return _exitCode;
                var result = Libc.WaitPid(_pid, out var status, options: 1);
                if (result == _pid) return Reaped((status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f));
                if (result < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted) return Reaped(-1);
            }

            // Its pipes are closed, so it is exiting: a fraction of a millisecond as a rule. A killed one may take longer.
            if (attempt == 0) AwaitExitBriefly();
            else await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(attempt, 20))).ConfigureAwait(false);
        }
    }

    private int Reaped(int exitCode)
    {
        _reaped = true;
        ProcessInstruments.Ended(_command, exitCode);
        return _exitCode = exitCode;
    }

    private unsafe void AwaitExitBriefly()
    {
        const int Briefly = 5;
        var fd = Libc.SystemCall(Libc.SystemCallPidFdOpen, _pid, 0);
        if (fd < 0) return;
        var descriptor = new Libc.PollDescriptor { FileDescriptor = fd, Events = Libc.PollDescriptor.In };
        _ = Libc.Poll(&descriptor, 1, Briefly);
        _ = Libc.Close(fd);
    }

    private static async Task<string> ReadErrorAsync(Socket socket, Action<ReadOnlyMemory<byte>>? onError, int limit)
    {
        var tail = new byte[limit];
        var length = 0;
        var buffer = new byte[1024];
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer).ConfigureAwait(false)) > 0)
            {
                onError?.Invoke(buffer.AsMemory(0, read));
                var added = buffer.AsSpan(Math.Max(0, read - limit)..read);
                var kept = Math.Min(length, limit - added.Length);
                tail.AsSpan(length - kept, kept).CopyTo(tail);
                added.CopyTo(tail.AsSpan(kept));
                length = kept + added.Length;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed while reading: what came is enough.
        }

        return Encoding.UTF8.GetString(tail, 0, length);
    }

    private static Socket Wrap(int fd) => new(new SafeSocketHandle(fd, ownsHandle: true));

    private static unsafe void NewSocketPair(int* fds)
    {
        if (Libc.SocketPair(Libc.AddressFamilyUnix, Libc.SocketStream | Libc.SocketCloseOnExec, 0, fds) != 0) throw Libc.Error("socketpair");
    }

    private static void CloseAll(params ReadOnlySpan<int> fds)
    {
        foreach (var fd in fds) _ = Libc.Close(fd);
    }
}
