using System.Buffers;
using System.Text;
using Granary.Git;
using Granary.Grains.Git.Processes;
using Granary.Grains.Repositories.Policy;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Grains.Git.Packs;

/// <remarks>What the policy asks of the objects, while nobody else can see them. Costs git processes only where a rule asks.</remarks>
internal sealed partial class Quarantine
{
    /// <summary>Updates of one push that rules on history may look at; each takes a walk.</summary>
    private const int MaxLookedAt = 500;

    private async Task<IReadOnlyList<InspectedUpdate>> InspectPolicyAsync(
        RepositoryPolicy rules, RefSnapshot refs, IReadOnlyList<InspectedUpdate> inspected, PackContents contents,
        CancellationToken cancellationToken)
    {
        if (inspected.Count > rules.Limits.MaxRefsPerPush) return RefuseAll(inspected, PushLimits.TooManyRefs(inspected.Count, rules.Limits));
        if (contents.Total > options.MaxUnpackedSize) return RefuseAll(inspected, PushLimits.TooMuchUnpacked(contents.Total, options.MaxUnpackedSize));
        var large = contents.Large;
        if (large.Count > 0 && await NameLargeFileAsync(rules.Limits, inspected, large, cancellationToken).ConfigureAwait(false) is { } fault)
            return RefuseAll(inspected, fault);

        // Those above the limit are the repository's own; of the others none is larger than that.
        var largest = Math.Min(contents.Largest, rules.Limits.MaxFileSize);
        if (rules.HiddenRefs.Count > 0)
            inspected = await RefuseHiddenObjectsAsync(refs, inspected, cancellationToken).ConfigureAwait(false);

        var protection = new Protection(rules.Rules);
        var results = new List<InspectedUpdate>(inspected.Count);
        var lookedAt = 0;
        foreach (var entry in inspected)
        {
            IReadOnlyList<ProtectionRule> asked = entry.Refusal is not null || entry.Update.IsDelete || protection.IsEmpty
                ? []
                : [.. protection.RulesFor(entry.Update.Name).Where(static r => r.NoForce || r.Commits is not null)];
            if (asked.Count > 0 && ++lookedAt > MaxLookedAt)
            {
                results.Add(Refuse(entry, $"a push may change at most {MaxLookedAt} protected refs; push them in several parts"));
                continue;
            }

            var facts = asked.Count == 0
                ? new UpdateFacts(null, [], largest)
                : await FindFactsAsync(refs, entry.Update, asked, largest, cancellationToken).ConfigureAwait(false);
            results.Add(entry with { Update = entry.Update with { Facts = facts } });
        }

        return results;
    }

    private static List<InspectedUpdate> RefuseAll(IReadOnlyList<InspectedUpdate> inspected, string reason) =>
        [.. inspected.Select(entry => entry.Refusal is not null || entry.Update.IsDelete ? entry : Refuse(entry, reason))];

    private static InspectedUpdate Refuse(InspectedUpdate entry, string reason) =>
        entry with { Refusal = new RefUpdateResult(entry.Update.Name, RefUpdateStatus.RejectedOtherReason, reason) };

    private async Task<UpdateFacts> FindFactsAsync(
        RefSnapshot refs, RefUpdate update, IReadOnlyList<ProtectionRule> rules, long largest, CancellationToken cancellationToken)
    {
        bool? isFastForward = null;
        if (!update.IsCreate && rules.Any(static r => r.NoForce))
        {
            isFastForward = await IsFastForwardAsync(update, cancellationToken).ConfigureAwait(false);
        }

        var verdicts = new List<CommitVerdict>();
        foreach (var rule in rules.Where(static r => r.Commits is not null).DistinctBy(static r => r.Commits))
        {
            var check = new CommitChecker(update, new RefMatcher(rule.Pattern), new CommitCheck(rule.Commits!), maxCheckedCommits);
            var answer = await RunAsync(
                check.Arguments, check.Input(refs), options.IndexTimeout, cancellationToken, CommitChecker.MaxOutput).ConfigureAwait(false);
            var fault = answer is { ExitCode: 0, TimedOut: false } ? check.Judge(answer.Output) : "the new commits could not be read";
            verdicts.Add(new CommitVerdict(rule.Commits!, fault));
        }

        return new UpdateFacts(isFastForward, verdicts.ToArray(), largest);
    }

    /// <summary>A tag that is there does not move without force, as git's own client has it.</summary>
    private async Task<bool> IsFastForwardAsync(RefUpdate update, CancellationToken cancellationToken)
    {
        if (update.Old == update.New) return true;
        if (update.Name.IsTag) return false;

        // An old value that is not there, or is no commit, ends in an error: not an ancestor either.
        var answer = await RunAsync(
            ["merge-base", "--is-ancestor", update.Old.ToString(), update.New.ToString()], default, options.IndexTimeout, cancellationToken)
            .ConfigureAwait(false);
        return answer.ExitCode == 0;
    }

    /// <summary>
    /// Says which file is too large; null when all such objects are the repository's own, put into the pack to complete a delta.
    /// The one place where a path is looked for, which takes a walk.
    /// </summary>
    private async Task<string?> NameLargeFileAsync(
        RepositoryLimits limits, IReadOnlyList<InspectedUpdate> inspected, IReadOnlyList<(string Id, long Size)> large,
        CancellationToken cancellationToken)
    {
        var input = new ArrayBufferWriter<byte>();
        foreach (var (id, _) in large) WriteLine(input, "", ObjectId.Parse(id), "");
        var known = await RunAsync(
            ["cat-file", "--batch-check=%(objectname)"], input.WrittenMemory, options.IndexTimeout, cancellationToken, withQuarantine: false)
            .ConfigureAwait(false);
        var missing = Encoding.ASCII.GetString(known.Output).Split('\n').Where(static l => l.EndsWith(" missing", StringComparison.Ordinal))
            .Select(static l => l[..l.IndexOf(' ', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        if (large.Where(l => missing.Contains(l.Id)).OrderByDescending(static l => l.Size).ToList() is not [var first, ..]) return null;

        input = new ArrayBufferWriter<byte>();
        foreach (var entry in inspected.Where(static i => i.Refusal is null && !i.Update.IsDelete)) WriteLine(input, "", entry.Update.New, "");
        var walk = await RunAsync(
            ["rev-list", "--objects", "--stdin", "--not", "--all"], input.WrittenMemory, options.IndexTimeout, cancellationToken)
            .ConfigureAwait(false);
        foreach (var line in Encoding.UTF8.GetString(walk.Output).Split('\n'))
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (blank <= 0 || blank == line.Length - 1 || large.FirstOrDefault(l => missing.Contains(l.Id) && line.StartsWith(l.Id, StringComparison.Ordinal)) is not { Id: { } } found)
                continue;
            return PushLimits.FileTooLarge(line[(blank + 1)..], found.Id, found.Size, limits);
        }

        return PushLimits.FileTooLarge(null, first.Id, first.Size, limits);
    }

    /// <summary>
    /// Where refs are hidden, what a push builds upon must be reachable from what is shown or be in its pack: otherwise a ref could be
    /// pushed to an object that only a hidden ref has, and be fetched.
    /// </summary>
    private async Task<IReadOnlyList<InspectedUpdate>> RefuseHiddenObjectsAsync(
        RefSnapshot refs, IReadOnlyList<InspectedUpdate> inspected, CancellationToken cancellationToken)
    {
        var visible = refs.Visible;
        List<RefUpdate> updates = [.. inspected.Where(static i => i.Refusal is null && !i.Update.IsDelete).Select(static i => i.Update)];
        if (updates.Count == 0 || !await NeedHiddenObjectsAsync(visible, updates, cancellationToken).ConfigureAwait(false)) return inspected;
        var refused = new HashSet<RefName>();
        foreach (var update in updates)
        {
            var needs = updates.Count is 1 or > MaxWalksToBlame
                || await NeedHiddenObjectsAsync(visible, [update], cancellationToken).ConfigureAwait(false);
            if (needs) refused.Add(update.Name);
        }

        return [.. inspected.Select(i => refused.Contains(i.Update.Name) ? i with { Refusal = Missing(i.Update) } : i)];
    }

    private async Task<bool> NeedHiddenObjectsAsync(
        RefSnapshot visible, IReadOnlyList<RefUpdate> updates, CancellationToken cancellationToken)
    {
        var pack = Path.Combine(_directory, "pack");
        var elsewhere = new HashSet<ObjectId>();
        var exitCode = await git.RunLinesAsync(
            paths, ["rev-list", "--objects", "--no-object-names", "--stdin"], HasObjects ? ObjectEnvironment : [],
            updates.Select(static u => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes($"{u.New}\n")).Concat(Reachability.Tips(visible, "^")),
            line =>
            {
                if (ObjectId.TryParse(line, out var id) && !(HasObjects && PackIndex.Contains(pack, id))) elsewhere.Add(id);
                return true;
            },
            options.IndexTimeout, time, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0) return true;

        // The walk may list what an older, visible commit had as well; only the whole of what is visible tells.
        return elsewhere.Count > 0
            && !await _reachability.ContainAsync(paths, visible, elsewhere, options.IndexTimeout, cancellationToken).ConfigureAwait(false);
    }
}
