using Granary.Grains.Git;
using Granary.Grains.Git.Refs;
using Granary.Grains.Posix;

namespace Granary.Grains.Repositories;

/// <summary>
/// Looks for refs that somebody's git left as files of their own, which the stamp of <c>packed-refs</c> and <c>HEAD</c> does
/// not tell of. Folders are read once an interval for a repository that is asked for, so that most answers cost no more than
/// a comparison of times, and a repository that nobody asks for costs nothing.
/// </summary>
internal sealed class LooseRefsLook(BlockingWork files, TimeSpan interval, TimeProvider time)
{
    public long Now => time.GetTimestamp();

    /// <param name="last">When the last look began; null when there was none.</param>
    public bool IsDue(long? last) => last is null || time.GetElapsedTime(last.Value) >= interval;

    public Task<bool> FindsAnyAsync(RepositoryPaths paths) => files.RunAsync(() => RefStore.HasLooseRefs(paths));
}
