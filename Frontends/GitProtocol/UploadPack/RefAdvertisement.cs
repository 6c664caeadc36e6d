using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>
/// Answers about refs, made from a snapshot in memory. Polls ask the same question again and again, so a few rendered
/// answers stay with their snapshot and go with it. Hidden refs are left out here, whoever asks.
/// </summary>
internal static class RefAdvertisement
{
    private const int MaxRendered = 6;
    private const int MaxKeyLength = 4096;

    private static readonly ConditionalWeakTable<RefSnapshot, Dictionary<string, byte[]>> Rendered = [];

    /// <summary>What v0 and v1 fetches may ask for; all of it is git's own.</summary>
    private const string UploadPackCapabilities =
        "multi_ack thin-pack side-band side-band-64k ofs-delta shallow deepen-since deepen-not deepen-relative no-progress "
        + "include-tag multi_ack_detailed allow-tip-sha1-in-want allow-reachable-sha1-in-want";

    /// <summary>The answer to <c>ls-refs</c>, flush included.</summary>
    public static ReadOnlyMemory<byte> LsRefs(RefSnapshot all, LsRefsArguments arguments) =>
        Render(all, "ls-refs " + arguments.Key, refs =>
        {
            var output = new ArrayBufferWriter<byte>((arguments.Prefixes.Count == 0 ? refs.Count * 80 : 0) + 4096);
            if (arguments.Prefixes.Count == 0 || arguments.Prefixes.Any(static p => "HEAD"u8.StartsWith(p))) WriteHead(output, refs, arguments);
            foreach (var (start, end) in RangesOf(refs, arguments.Prefixes))
            {
                for (var i = start; i < end; i++) WriteRef(output, refs[i], arguments.Peel);
            }

            output.WriteFlush();
            return output.WrittenSpan.ToArray();
        });

    /// <summary>The v0 or v1 advertisement of upload-pack, flush included; gitprotocol-pack(5).</summary>
    /// <param name="all">The refs.</param>
    /// <param name="version">V0 or V1.</param>
    /// <param name="isDialogue">Whether git and the client will take turns: <c>no-done</c> is for requests that stand alone.</param>
    public static ReadOnlyMemory<byte> UploadPack(RefSnapshot all, GitProtocolVersion version, bool isDialogue = false) =>
        Render(all, $"upload-pack {version} {isDialogue}", refs =>
        {
            var symref = refs.HeadTarget is { } target && refs.TryFind(target, out _) ? $" symref=HEAD:{target}" : "";
            var capabilities = Encoding.UTF8.GetBytes(
                $"\0{UploadPackCapabilities}{(isDialogue ? "" : " no-done")}{symref} filter object-format={refs.HashFormat.GitName()} agent={ServerAgent.Value}\n");
            var output = Begin(refs, version);
            var first = true;
            if (refs.TryResolveHead(out var head)) WriteLine(output, Encoding.ASCII.GetBytes(head.ToString()), "HEAD"u8, default);
            for (var i = 0; i < refs.Count; i++)
            {
                var entry = refs[i];
                WriteLine(output, entry.Hex, entry.Name, default);
                if (!entry.PeeledHex.IsEmpty) WriteLine(output, entry.PeeledHex, entry.Name, "^{}"u8);
            }

            return End(output, refs, capabilities, first);

            void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> hex, ReadOnlySpan<byte> name, ReadOnlySpan<byte> suffix)
            {
                output.WritePkt(hex, " "u8, name, suffix, first ? capabilities : "\n"u8);
                first = false;
            }
        });

    /// <summary>The advertisement of receive-pack, flush included: no HEAD and no peeled lines.</summary>
    public static ReadOnlyMemory<byte> ReceivePack(RefSnapshot all, GitProtocolVersion version, string capabilityList) =>
        Render(all, $"receive-pack {version}", refs =>
        {
            var capabilities = Encoding.UTF8.GetBytes($"\0{capabilityList}\n");
            var output = Begin(refs, version);
            for (var i = 0; i < refs.Count; i++) output.WritePkt(refs[i].Hex, " "u8, refs[i].Name, i == 0 ? capabilities : "\n"u8);
            return End(output, refs, capabilities, refs.Count == 0);
        });

    private static ArrayBufferWriter<byte> Begin(RefSnapshot refs, GitProtocolVersion version)
    {
        var output = new ArrayBufferWriter<byte>((refs.Count * 80) + 4096);
        if (version == GitProtocolVersion.V1) output.WritePkt("version 1\n"u8);
        return output;
    }

    private static byte[] End(ArrayBufferWriter<byte> output, RefSnapshot refs, byte[] capabilities, bool isEmpty)
    {
        if (isEmpty) output.WritePkt(Encoding.ASCII.GetBytes(ObjectId.Zero(refs.HashFormat).ToString()), " capabilities^{}"u8, capabilities);
        output.WriteFlush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteHead(ArrayBufferWriter<byte> output, RefSnapshot refs, LsRefsArguments arguments)
    {
        var target = refs.HeadTarget is null ? [] : Encoding.UTF8.GetBytes(" symref-target:" + refs.HeadTarget);
        if (refs.TryResolveHead(out var head))
            output.WritePkt(Encoding.ASCII.GetBytes(head.ToString()), " HEAD"u8, arguments.SymRefs ? target : default, "\n"u8);
        else if (arguments is { Unborn: true, SymRefs: true } && refs.HeadTarget is not null)
            output.WritePkt("unborn HEAD"u8, target, "\n"u8);
    }

    private static void WriteRef(ArrayBufferWriter<byte> output, RefEntry entry, bool peel)
    {
        if (peel && !entry.PeeledHex.IsEmpty) output.WritePkt(entry.Hex, " "u8, entry.Name, " peeled:"u8, entry.PeeledHex, "\n"u8);
        else output.WritePkt(entry.Hex, " "u8, entry.Name, "\n"u8);
    }

    private static IEnumerable<(int Start, int End)> RangesOf(RefSnapshot refs, IReadOnlyList<byte[]> prefixes)
    {
        if (prefixes.Count == 0) yield return (0, refs.Count);
        foreach (var prefix in prefixes)
        {
            var start = refs.LowerBound(prefix);
            var end = start;
            while (end < refs.Count && refs[end].Name.StartsWith(prefix)) end++;
            yield return (start, end);
        }
    }

    private static ReadOnlyMemory<byte> Render(RefSnapshot all, string key, Func<RefSnapshot, byte[]> render)
    {
        var refs = all.Visible;
        if (key.Length > MaxKeyLength) return render(refs);
        var answers = Rendered.GetOrCreateValue(refs);
        lock (answers)
        {
            if (answers.TryGetValue(key, out var answer)) return answer;
        }

        var rendered = render(refs);
        lock (answers)
        {
            if (answers.Count >= MaxRendered) answers.Remove(answers.Keys.First());
            answers[key] = rendered;
        }

        return rendered;
    }
}
