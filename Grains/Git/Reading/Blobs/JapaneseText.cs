namespace Granary.Grains.Git.Reading.Blobs;

/// <summary>
/// How well bytes are Shift_JIS or EUC-JP. Many texts are valid in both: the kana, which every Japanese text is full of, decide;
/// read in the wrong encoding they become rare characters and half-width katakana.
/// </summary>
internal static class JapaneseText
{
    /// <returns>Kana; -1: it is no Shift_JIS.</returns>
    public static int ScoreShiftJis(ReadOnlySpan<byte> bytes, bool isCut)
    {
        var score = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var lead = bytes[i];
            if (lead < 0x80 || lead is >= 0xa1 and <= 0xdf) continue;
            if (lead is 0x80 or 0xa0 or > 0xfc) return -1;
            if (++i == bytes.Length) return isCut ? score : -1;
            var trail = bytes[i];
            if (trail is < 0x40 or 0x7f or > 0xfc) return -1;
            if ((lead == 0x82 && trail is >= 0x9f and <= 0xf1) || (lead == 0x83 && trail <= 0x96) || (lead == 0x81 && trail is (0x41 or 0x42))) score++;
        }

        return score;
    }

    /// <returns>Kana; -1: it is no EUC-JP.</returns>
    public static int ScoreEucJp(ReadOnlySpan<byte> bytes, bool isCut)
    {
        var score = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var lead = bytes[i];
            if (lead < 0x80) continue;
            var trails = lead switch { 0x8e => 1, 0x8f => 2, >= 0xa1 and <= 0xfe => 1, _ => 0 };
            if (trails == 0) return -1;
            if (i + trails >= bytes.Length) return isCut ? score : -1;
            for (var t = 1; t <= trails; t++)
            {
                if (bytes[i + t] is < 0xa1 or 0xff) return -1;
            }

            if (lead is 0xa4 or 0xa5 || (lead == 0xa1 && bytes[i + 1] is (0xa2 or 0xa3))) score++;
            i += trails;
        }

        return score;
    }
}
