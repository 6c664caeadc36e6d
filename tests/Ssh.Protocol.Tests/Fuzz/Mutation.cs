namespace Granary.Frontends.Ssh.Protocol.Tests.Fuzz;

/// <summary>Deterministic changes of well-formed input: flips, cuts, insertions, and extreme lengths.</summary>
internal static class Mutation
{
    /// <summary>Rounds of one target; <c>GRANARY_LONG_TESTS=1</c> runs a hundred times as many.</summary>
    public static int Rounds(int rounds) => Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1" ? rounds * 100 : rounds;

    public static byte[] Of(byte[] model, Random random)
    {
        var data = new List<byte>(model);
        for (var changes = random.Next(1, 5); changes > 0; changes--) Change(data, random);
        return [.. data];
    }

    private static void Change(List<byte> data, Random random)
    {
        if (data.Count == 0)
        {
            data.Add((byte)random.Next(256));
            return;
        }

        var at = random.Next(data.Count);
        switch (random.Next(6))
        {
            case 0:
                data[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                data[at] = (byte)random.Next(256);
                break;
            case 2:
                data.RemoveRange(at, data.Count - at);
                break;
            case 3:
                data.RemoveRange(at, Math.Min(data.Count - at, random.Next(1, 9)));
                break;
            case 4:
                data.InsertRange(at, Enumerable.Range(0, random.Next(1, 9)).Select(_ => (byte)random.Next(256)));
                break;
            default:
                byte[][] lengths = [[0, 0, 0, 0], [255, 255, 255, 255], [127, 255, 255, 255], [128, 0, 0, 0], [0, 0, 255, 255]];
                foreach (var octet in lengths[random.Next(lengths.Length)])
                {
                    if (at < data.Count) data[at++] = octet;
                }

                break;
        }
    }
}
