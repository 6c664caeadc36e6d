using System.Net;
using System.Net.Sockets;

namespace Granary.Tests.Harness;

/// <summary>
/// Ports for servers, below those that the kernel gives to outgoing connections: between the choice and the server's start no
/// client can be given one. Nor can another process of tests: each has a block of them to itself as long as it runs.
/// </summary>
internal static class FreePorts
{
    private const int First = 10_000;
    private const int BlockSize = 500;
    private const int Blocks = 40;

    private static readonly (int Number, FileStream Lock) Block = TakeBlock();
    private static int _last = Random.Shared.Next(BlockSize);

    public static int Next()
    {
        while (true)
        {
            var port = First + (Block.Number * BlockSize) + (int)((uint)Interlocked.Increment(ref _last) % BlockSize);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next one.
            }
        }
    }

    private static (int Number, FileStream Lock) TakeBlock()
    {
        var start = Random.Shared.Next(Blocks);
        for (var i = 0; i < Blocks; i++)
        {
            var number = (start + i) % Blocks;
            try
            {
                // Locked until the process ends, however it ends.
                var file = Path.Combine(Path.GetTempPath(), $"granary-ports-{number}");
                return (number, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                // Another process has it.
            }
        }

        throw new InvalidOperationException("Too many processes of tests run at a time: all blocks of ports are taken.");
    }
}
