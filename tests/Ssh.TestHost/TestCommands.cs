using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Granary.Frontends.Ssh.Protocol;

namespace Granary.Tests.Ssh.TestHost;

/// <summary>
/// Commands that need no process: <c>source N</c>, <c>sink</c>, <c>echo</c>, <c>exit N</c>, <c>stderr TEXT</c>, <c>env</c>,
/// <c>wait</c> (until the client goes), <c>heap</c> (octets in use), <c>fail</c>; a shell greets.
/// </summary>
public sealed class TestCommands : ISshCommandHandler
{
    private const int Chunk = 32 << 10;
    private int _running;

    /// <summary>Commands that have not ended.</summary>
    public int Running => Volatile.Read(ref _running);

    public async Task<int> ExecuteAsync(SshCommand command, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _running);
        try
        {
            return await RunAsync(command, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static async Task<int> RunAsync(SshCommand command, CancellationToken cancellationToken)
    {
        if (command.CommandLine is not { } line)
        {
            await WriteAsync(command.Output, $"Hi {command.Identity.Name}!\n", cancellationToken);
            return 0;
        }

        var words = Encoding.UTF8.GetString(line.Span).Split(' ', 2);
        var argument = words.Length > 1 ? words[1] : "";
        switch (words[0])
        {
            case "source":
                return await SourceAsync(command.Output, long.Parse(argument, CultureInfo.InvariantCulture), cancellationToken);
            case "sink":
                return await SinkAsync(command, cancellationToken);
            case "echo":
                await command.Input.CopyToAsync(command.Output, cancellationToken);
                return 0;
            case "exit":
                return int.Parse(argument, CultureInfo.InvariantCulture);
            case "stderr":
                await WriteAsync(command.Error, argument + "\n", cancellationToken);
                return 3;
            case "env":
                await WriteAsync(command.Output, $"{command.GitProtocol}\n", cancellationToken);
                return 0;
            case "wait":
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return 0;
            case "heap":
                GC.Collect();
                GC.WaitForPendingFinalizers();
                await WriteAsync(command.Output, $"{GC.GetTotalMemory(forceFullCollection: true)}\n", cancellationToken);
                return 0;
            case "fail":
                throw new InvalidOperationException("As asked.");
            default:
                await WriteAsync(command.Error, "unknown command\n", cancellationToken);
                return 127;
        }
    }

    /// <summary>Octet i is (i / 4096 + i) mod 256, so that a lost or doubled piece shows.</summary>
    public static byte Octet(long position) => unchecked((byte)((position >> 12) + position));

    private static async Task<int> SourceAsync(PipeWriter output, long count, CancellationToken cancellationToken)
    {
        for (var at = 0L; at < count;)
        {
            var size = (int)Math.Min(count - at, Chunk);
            var memory = output.GetMemory(size).Span;
            for (var block = 0; block < size;)
            {
                var run = (int)Math.Min(size - block, 4096 - ((at + block) & 4095));
                Pattern.AsSpan(Octet(at + block), run).CopyTo(memory[block..]);
                block += run;
            }

            output.Advance(size);
            at += size;
            var flush = await output.FlushAsync(cancellationToken);
            if (flush.IsCompleted) return 1;
        }

        return 0;
    }

    private static async Task<int> SinkAsync(SshCommand command, CancellationToken cancellationToken)
    {
        var count = 0L;
        while (true)
        {
            var read = await command.Input.ReadAsync(cancellationToken);
            count += read.Buffer.Length;
            command.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        await WriteAsync(command.Output, $"{count}\n", cancellationToken);
        return 0;
    }

    private static async Task WriteAsync(PipeWriter output, string text, CancellationToken cancellationToken) =>
        await output.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    private static readonly byte[] Pattern = [.. Enumerable.Range(0, 4096 + 256).Select(i => unchecked((byte)i))];
}
