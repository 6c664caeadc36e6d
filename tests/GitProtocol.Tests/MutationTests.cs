using System.Diagnostics;
using System.Text;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Frontends.GitProtocol.UploadPack;

namespace Granary.Frontends.GitProtocol.Tests;

/// <summary>
/// Requests with a few bytes changed, cut, doubled or moved: the parsers answer or refuse, nothing else. The seed is fixed, so
/// that each run tries the same.
/// </summary>
public sealed class MutationTests
{
    private const int Rounds = 5000;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static readonly GitProtocolOptions Options = new() { MaxFetchRequest = 4096, MaxRefPrefixes = 16, MaxRefsPerPush = 10 };

    private static readonly string[] Pushes =
    [
        Wire.Lines($"{Refs.Zero} {Refs.Id(1)} refs/heads/main\0report-status side-band-64k atomic push-options\n", $"{Refs.Id(1)} {Refs.Zero} refs/heads/old")
            + Wire.Flush + Wire.Lines("a=b", "c") + Wire.Flush + "PACK\0\0\0\u0002",
        Wire.Lines("shallow " + Refs.Id(3), $"{Refs.Id(1)} {Refs.Id(2)} refs/tags/v1\0object-format=sha1 report-status-v2") + Wire.Flush,
        Wire.Line("push-cert\0report-status\n") + Wire.Flush,
        Wire.Flush,
    ];

    private static readonly string[] Requests =
    [
        Wire.Lines("command=ls-refs\n", "agent=git/2.39.5", "object-format=sha1") + Wire.Delimiter
            + Wire.Lines("peel\n", "symrefs\n", "unborn\n", "ref-prefix refs/heads/\n", "ref-prefix HEAD\n") + Wire.Flush,
        Wire.Lines("command=fetch", "agent=git/2.39.5") + Wire.Delimiter + Wire.Lines("thin-pack", $"want {Refs.Id(1)}\n", "deepen 3\n", "done\n") + Wire.Flush,
        Wire.Line("command=ls-refs") + Wire.Flush + Wire.Line("command=fetch") + Wire.Flush,
    ];

    [Fact]
    public async Task CommandList_Mutated_IsReadOrRefused()
    {
        var read = await MutateAsync(Pushes, 17, async bytes =>
        {
            var request = await ReceivePackRequest.ReadAsync(Wire.Reader(bytes, 7), Options, Wire.Cancel);
            if (request is null) return;
            Assert.InRange(request.Commands.Count, 1, Options.MaxRefsPerPush);
            Assert.All(request.Commands, static c => Assert.True(c.Update is null ^ c.Fault is null));
        });
        Assert.InRange(read, Rounds / 20, Rounds * 19 / 20);
    }

    [Fact]
    public async Task V2Request_Mutated_IsReadOrRefused()
    {
        var refs = Refs.Snapshot("refs/heads/main", ("refs/heads/main", Refs.Id(1), null), ("refs/tags/v1", Refs.Id(2), Refs.Id(1)));
        var read = await MutateAsync(Requests, 18, async bytes =>
        {
            var request = await V2Request.ReadAsync(Wire.Reader(bytes, 7), Options, Wire.Cancel);
            if (request?.Command != "ls-refs") return;
            var answer = Wire.Split(RefAdvertisement.LsRefs(refs, LsRefsArguments.Parse(request.Arguments, Options.MaxRefPrefixes)).Span);
            Assert.InRange(answer.Count, 1, 4);
            Assert.Equal(Wire.Flush, answer[^1]);
        });
        Assert.InRange(read, Rounds / 20, Rounds * 19 / 20);
    }

    /// <summary>Returns how many were not refused: neither none nor all, or the mutations try nothing.</summary>
    private static async Task<int> MutateAsync(string[] seeds, int seed, Func<byte[], Task> read)
    {
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Mutate(random, Wire.Bytes(seeds[random.Next(seeds.Length)]));
            try
            {
                await read(bytes);
                accepted++;
            }
            catch (GitProtocolException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
            catch (Exception fault)
            {
                Assert.Fail($"round {round}, {fault.GetType().Name}: {fault.Message}\n{Convert.ToHexString(bytes)}");
            }
        }

        Assert.True(watch.Elapsed < Bound, $"{watch.Elapsed} for {Rounds} requests");
        return accepted;
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        var text = new List<byte>(bytes);
        for (var changes = random.Next(1, 4); changes > 0 && text.Count > 0; changes--)
        {
            var at = random.Next(text.Count);
            switch (random.Next(8))
            {
                case 0: text[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: text[at] = (byte)random.Next(256); break;
                case 2: text.RemoveRange(at, text.Count - at); break;
                case 3: text.RemoveRange(at, Math.Min(random.Next(1, 8), text.Count - at)); break;
                case 4: text.InsertRange(at, text.GetRange(at, Math.Min(random.Next(1, 60), text.Count - at))); break;
                case 5: text.InsertRange(at, Encoding.ASCII.GetBytes(random.GetItems(["0000", "0001", "0002", "0003", "0004", "fff0", "ffff", "\0", "\n"], 1)[0])); break;
                case 6: text.AddRange(text.GetRange(0, at)); break;
                default: text[at] = "0123456789abcdefABCDEF \n\0/"u8[random.Next(26)]; break;
            }
        }

        return [.. text];
    }
}
