using Granary.Grains.Posix;

namespace Granary.Grains.Git.Packs;

/// <summary>Who left a <c>.keep</c> file beside a pack.</summary>
internal enum KeptBy
{
    Nobody,

    /// <summary>A push, from before its pack is in place until refs name what is in it.</summary>
    Push,

    /// <summary>Housekeeping, for as long as the pack is in use.</summary>
    Housekeeping,

    Another,
}

/// <summary>
/// The mark by which the <c>gc</c> and <c>repack</c> that somebody runs in the repository's folder leave a pack alone: git-repack(1).
/// It is there before the pack is, so that no list of packs to remove that another program has made has the pack in it. All marks
/// of a kind are names of one file: to place one writes nothing.
/// </summary>
internal static class KeepFile
{
    public const string Ending = ".keep";

    private static readonly Dictionary<KeptBy, byte[]> Texts = new()
    {
        [KeptBy.Push] = "granary: a push\n"u8.ToArray(),
        [KeptBy.Housekeeping] = "granary: housekeeping\n"u8.ToArray(),
    };

    /// <summary>Marks a pack that is about to be put in place. The entry in the folder is the caller's to sync, with the pack's.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="pack">Its path without ending; a name that no pack of another program has.</param>
    /// <param name="by">On whose behalf.</param>
    public static void Place(RepositoryPaths paths, string pack, KeptBy by)
    {
        var mark = paths.KeepMark(by);
        if (new FileInfo(mark) is not { Exists: true, Length: var length } || length != Texts[by].Length) DurableFiles.Replace(mark, Texts[by]);
        try
        {
            _ = DurableFiles.TryLink(mark, pack + Ending);
        }
        catch (IOException fault) when (fault.HResult == Libc.TooManyLinks)
        {
            // A file has so many names and no more: the next ones are those of a new file.
            DurableFiles.Replace(mark, Texts[by]);
            _ = DurableFiles.TryLink(mark, pack + Ending);
        }
    }

    /// <param name="pack">A pack's path without ending.</param>
    public static KeptBy Of(string pack)
    {
        try
        {
            using var file = File.OpenHandle(pack + Ending);
            Span<byte> start = stackalloc byte[64];
            start = start[..RandomAccess.Read(file, start, 0)];
            foreach (var (by, text) in Texts)
            {
                if (start.SequenceEqual(text)) return by;
            }

            return KeptBy.Another;
        }
        catch (FileNotFoundException)
        {
            return KeptBy.Nobody;
        }
    }

    /// <summary>Takes a mark away if it is that one's.</summary>
    public static void Remove(string pack, KeptBy by)
    {
        if (Of(pack) == by) File.Delete(pack + Ending);
    }

    /// <summary>Takes away what pushes that died left. The caller holds the repository's lock, so none is under way.</summary>
    public static void SweepPushes(RepositoryPaths paths)
    {
        foreach (var pack in Marked(paths)) Remove(pack, KeptBy.Push);
    }

    /// <summary>Takes away housekeeping's marks whose packs are gone. The caller holds the lock of housekeeping.</summary>
    public static void SweepHousekeeping(RepositoryPaths paths)
    {
        foreach (var pack in Marked(paths).Where(static p => !File.Exists(p + ".pack"))) Remove(pack, KeptBy.Housekeeping);
    }

    private static List<string> Marked(RepositoryPaths paths) =>
        [.. Directory.EnumerateFiles(paths.ObjectPacks, "pack-*" + Ending).Select(static f => f[..^Ending.Length])];
}
