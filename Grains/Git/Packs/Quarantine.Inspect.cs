using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Granary.Git;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Processes;
using Granary.Repositories;

namespace Granary.Grains.Git.Packs;

internal sealed partial class Quarantine
{
    /// <summary>Past this many updates a missing object refuses all of them: finding whose it is would walk once for each.</summary>
    private const int MaxWalksToBlame = 50;

    private const string MissingObjects = "missing necessary objects; please run 'git fsck' in your repository and push again";

    public async Task<IReadOnlyList<InspectedUpdate>> InspectAsync(
        RefSnapshot refs, IReadOnlyList<RefUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await InspectObjectsAsync(refs, updates, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // What is left of the push, a turn and a report to a client that may be slow, is no work for git.
            _place?.Dispose();
        }
    }

    private async Task<IReadOnlyList<InspectedUpdate>> InspectObjectsAsync(
        RefSnapshot refs, IReadOnlyList<RefUpdate> updates, CancellationToken cancellationToken)
    {
        var contents = NewContents(0);
        var inspected = await files.RunAsync(() => PushInspection.Inspect(
            paths, HasObjects ? _directory : null, refs, updates, options.SmallPushObjects, policy is null ? null : contents)).ConfigureAwait(false);
        if (inspected is null)
        {
            (var tips, contents) = await InspectTipsAsync(updates, cancellationToken).ConfigureAwait(false);
            inspected = await RefuseBrokenAsync(refs, tips, cancellationToken).ConfigureAwait(false);
        }

        return policy is null ? inspected : await InspectPolicyAsync(policy, refs, inspected, contents, cancellationToken).ConfigureAwait(false);
    }

    private PackContents NewContents(int kept) => new(kept, policy?.Limits.MaxFileSize ?? long.MaxValue);

    private async Task<IReadOnlyList<InspectedUpdate>> RefuseBrokenAsync(
        RefSnapshot refs, IReadOnlyList<InspectedUpdate> inspected, CancellationToken cancellationToken)
    {
        var toWalk = inspected.Where(static i => i.Refusal is null && !i.Update.IsDelete).Select(static i => i.Update).ToList();
        if (toWalk.Count == 0 || await IsConnectedAsync(refs, toWalk, cancellationToken).ConfigureAwait(false)) return inspected;

        var broken = new HashSet<RefName>();
        foreach (var update in toWalk)
        {
            var isBroken = toWalk.Count is 1 or > MaxWalksToBlame
                || !await IsConnectedAsync(refs, [update], cancellationToken).ConfigureAwait(false);
            if (isBroken) broken.Add(update.Name);
        }

        return [.. inspected.Select(i => broken.Contains(i.Update.Name) ? i with { Refusal = Missing(i.Update) } : i)];
    }

    private static RefUpdateResult Missing(RefUpdate update) => new(update.Name, RefUpdateStatus.RejectedMissingObject, MissingObjects);

    /// <summary>Looks up type and peeled id of every new value, and the size of every object that came: one process for all of them.</summary>
    private async Task<(IReadOnlyList<InspectedUpdate> Tips, PackContents Contents)> InspectTipsAsync(
        IReadOnlyList<RefUpdate> updates, CancellationToken cancellationToken)
    {
        var wanted = updates.Where(static u => !u.IsDelete).ToList();
        var contents = NewContents(wanted.Count * 2);
        if (wanted.Count == 0) return ([.. updates.Select(static u => new InspectedUpdate(u, null))], contents);
        var input = new ArrayBufferWriter<byte>();
        foreach (var update in wanted)
        {
            WriteLine(input, "", update.New, "");
            WriteLine(input, "", update.New, "^{}");
        }

        IEnumerable<ReadOnlyMemory<byte>> lines = [input.WrittenMemory];
        if (HasObjects && policy is not null) lines = lines.Concat(PackIndex.ReadLines(Path.Combine(_directory, "pack")));
        var exitCode = await git.RunLinesAsync(
            paths, ["cat-file", "--buffer", "--batch-check=" + PackContents.Format], HasObjects ? ObjectEnvironment : [], lines, contents.Read,
            options.IndexTimeout, time, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0 || contents.Answers.Count < wanted.Count * 2)
            throw new GitProcessException("the pushed objects could not be read", exitCode ?? 1);
        var result = new List<InspectedUpdate>(updates.Count);
        var line = 0;
        foreach (var update in updates)
        {
            result.Add(update.IsDelete ? new InspectedUpdate(update, null) : Judge(update, contents.Answers[line], contents.Answers[line + 1]));
            if (!update.IsDelete) line += 2;
        }

        return (result, contents);
    }

    private static InspectedUpdate Judge(RefUpdate update, string tip, string peeled)
    {
        var type = tip.Split(' ')[1];
        if (type is not ("commit" or "tag" or "tree" or "blob")) return new InspectedUpdate(update, Missing(update));
        if (update.Name.IsBranch && type != "commit")
        {
            return new InspectedUpdate(
                update, new RefUpdateResult(update.Name, RefUpdateStatus.RejectedOtherReason, $"a branch must point to a commit, not a {type}"));
        }

        if (type != "tag") return new InspectedUpdate(update, null);
        return ObjectId.TryParse(peeled.Split(' ')[0], out var id)
            ? new InspectedUpdate(update with { Peeled = id }, null)
            : new InspectedUpdate(update, Missing(update));
    }

    /// <summary>
    /// Walks from the new tips to what the refs already reach. Objects that merely lie in the store do not count: the walk
    /// goes on through them. At first only the old values and HEAD stop it, which is quick for almost every push and does not
    /// depend on the number of refs; when that takes long, all refs do.
    /// </summary>
    private async Task<bool> IsConnectedAsync(RefSnapshot refs, List<RefUpdate> updates, CancellationToken cancellationToken)
    {
        var input = new ArrayBufferWriter<byte>();
        foreach (var update in updates) WriteLine(input, "", update.New, "");
        var tips = input.WrittenMemory.ToArray();
        var known = 0;
        foreach (var update in updates)
        {
            if (refs.TryFind(Encoding.UTF8.GetBytes(update.Name.Value), out var entry) && ObjectId.TryParse(entry.Hex, out var old))
            {
                WriteLine(input, "^", old, "");
                known++;
            }
        }

        if (refs.TryResolveHead(out var head))
        {
            WriteLine(input, "^", head, "");
            known++;
        }

        if (known > 0)
        {
            var shortWalk = await RunAsync(
                ["rev-list", "--objects", "--quiet", "--stdin"], input.WrittenMemory, options.ShortWalkTimeout, cancellationToken)
                .ConfigureAwait(false);
            if (!shortWalk.TimedOut) return shortWalk.ExitCode == 0;
        }

        var longWalk = await RunAsync(
            ["rev-list", "--objects", "--quiet", "--stdin", "--not", "--all"], tips, options.IndexTimeout, cancellationToken)
            .ConfigureAwait(false);
        return longWalk.TimedOut ? throw new GitProcessException("checking the pushed history took too long", 1) : longWalk.ExitCode == 0;
    }

    private static void WriteLine(ArrayBufferWriter<byte> output, string before, ObjectId id, string after)
    {
        var span = output.GetSpan(80);
        var length = Encoding.ASCII.GetBytes(before, span);
        length += id.CopyHexTo(span[length..]);
        length += Encoding.ASCII.GetBytes(after, span[length..]);
        span[length++] = (byte)'\n';
        output.Advance(length);
    }

    private async Task<(int ExitCode, byte[] Output, bool TimedOut)> RunAsync(
        string[] arguments, ReadOnlyMemory<byte> input, TimeSpan timeout, CancellationToken cancellationToken, int maxOutput = int.MaxValue,
        bool withQuarantine = true)
    {
        var process = git.Start(paths, arguments, HasObjects && withQuarantine ? ObjectEnvironment : []);
        await using (process.ConfigureAwait(false))
        {
            using var watchdog = new CancellationTokenSource(timeout, time);
            using var kill = cancellationToken.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            using var bark = watchdog.Token.UnsafeRegister(static state => ((GitProcess)state!).Kill(), process);
            var output = process.ReadAllAsync(maxOutput, CancellationToken.None);
            try
            {
                await process.SendAsync(input, cancellationToken).ConfigureAwait(false);
                process.CloseInput();
            }
            catch (SocketException)
            {
                // It ended early; the exit status says why.
            }

            var bytes = await output.ConfigureAwait(false);
            var (exitCode, error) = await process.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (exitCode != 0 && VolumeFaults.InText(error) is { } fault) throw new VolumeException(fault);
            return (exitCode, bytes, watchdog.IsCancellationRequested);
        }
    }
}
