using Granary.Repositories.Policy;

namespace Granary.Grains.Repositories.Policy;

/// <summary>What is said of pushes over a limit, in the quarantine and in the turn alike.</summary>
internal static class PushLimits
{
    public static string TooManyRefs(int count, RepositoryLimits limits) =>
        $"the push changes {count} refs and may change at most {limits.MaxRefsPerPush} here; push them in several parts";

    /// <param name="size">Of the repository.</param>
    /// <param name="added">By the push; null: its end was not waited for.</param>
    /// <param name="limits">What holds.</param>
    public static string TooLarge(long size, long? added, RepositoryLimits limits) =>
        $"with this push{(added is { } more ? $" of {ByteCount.Text(more)}" : "")} the repository, which has {ByteCount.Text(size)}, would be larger than its limit of "
        + $"{ByteCount.Text(limits.MaxRepositorySize)}; push less, or ask an administrator for more room";

    /// <param name="path">Where the history has it; null: nowhere.</param>
    /// <param name="id">The object.</param>
    /// <param name="size">In bytes.</param>
    /// <param name="limits">What holds.</param>
    public static string FileTooLarge(string? path, string id, long size, RepositoryLimits limits) =>
        $"{(path is null ? $"the object {id}" : $"the file '{path}' ({id})")} has {ByteCount.Text(size)} and files may have at most "
        + $"{ByteCount.Text(limits.MaxFileSize)} here; take it out of every commit that you push, or ask an administrator";

    public static string TooMuchUnpacked(long size, long limit) =>
        $"the objects of the push have {ByteCount.Text(size)} unpacked, and those of one push may have at most {ByteCount.Text(limit)}; push the history in several parts";

    /// <summary>What a push is told that takes the repository past a mark.</summary>
    public static IReadOnlyList<string>? Notices(long before, long after, IEnumerable<long> marks, RepositoryLimits limits)
    {
        var passed = marks.Where(mark => before < mark && after >= mark).ToList();
        return passed.Count == 0 ? null : new[]
        {
            $"The repository has {ByteCount.Text(after)} now and may have {ByteCount.Text(limits.MaxRepositorySize)}. Large files are better kept elsewhere.",
        };
    }
}
