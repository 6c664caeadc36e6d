using System.Net;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.Sodium;
using Granary.Frontends.Ssh.Protocol.Wire;
using Granary.Tests.Harness;
using SshRawClient = Granary.Frontends.Ssh.Protocol.Tests.RawClient;

namespace Granary.Reliability.Tests.Ssh;

/// <summary>How far a client goes before it falls silent.</summary>
internal enum Stage
{
    Connected,
    Greeted,
    KexInitSent,
    HalfAPacketSent,
    KexHalfSent,
    KeysExchanged,
    KeyOffered,
}

/// <summary>Clients that stall in the handshake, each with its socket open until all are disposed.</summary>
internal sealed class StalledClients : IDisposable
{
    public static readonly Stage[] AllStages = Enum.GetValues<Stage>();

    private readonly List<SshRawClient> _clients = [];

    /// <summary>Those that the server ended before they came to their stage.</summary>
    public int Refused { get; private set; }

    /// <param name="port">The server's.</param>
    /// <param name="count">How many.</param>
    /// <param name="addresses">From how many addresses; none of them is 127.0.0.1.</param>
    /// <param name="userKey">A key that the server knows.</param>
    /// <param name="stages">Taken in turn.</param>
    public async Task OpenAsync(int port, int count, int addresses, Ed25519HostKey userKey, Stage[] stages) =>
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var address = i % addresses + 2;
            var client = new SshRawClient { Source = new IPAddress([127, 0, (byte)(address >> 8), (byte)address]) };
            lock (_clients) _clients.Add(client);
            try
            {
                await GoAsync(client, port, userKey, stages[i % stages.Length]);
            }
            catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException or Xunit.Sdk.XunitException)
            {
                lock (_clients) Refused++;
            }
        });

    public void Dispose() => _clients.ForEach(static client => client.Dispose());

    private static async Task GoAsync(SshRawClient client, int port, Ed25519HostKey userKey, Stage stage)
    {
        await SshRawClient.ConnectAsync(port, client);
        if (stage == Stage.Connected) return;
        await client.GreetAsync();
        if (stage == Stage.Greeted) return;
        if (stage >= Stage.KeysExchanged)
        {
            await client.ExchangeKeysAsync();
            if (stage == Stage.KeyOffered) await OfferAsync(client, userKey);
            return;
        }

        await client.SendAsync(client.CreateKexInit());
        await client.ExpectAsync(MessageNumber.KexInit);
        if (stage == Stage.KexInitSent) return;
        var half = new byte[32];
        _ = Libsodium.ScalarMultBase(half, new byte[32]);
        var packet = client.Frame(Message.Create(MessageNumber.KexEcdhInit, half, static (writer, half) => writer.WriteString(half)));
        if (stage == Stage.HalfAPacketSent)
        {
            await client.SendBytesAsync(packet.AsMemory(0, packet.Length / 2));
            return;
        }

        await client.SendBytesAsync(packet);
        await client.ExpectAsync(MessageNumber.KexEcdhReply);
    }

    private static async Task OfferAsync(SshRawClient client, Ed25519HostKey userKey)
    {
        await client.RequestServiceAsync();
        await client.SendAsync(SshRawClient.Login("git", userKey.Algorithms[0], userKey.PublicBlob, signed: false));
        await client.ExpectAsync(MessageNumber.UserAuthPkOk);
    }
}
