using System.Buffers;
using System.Globalization;
using System.Text;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Git;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>
/// What a fetch of any version asks of a repository that hides refs. git checks the wants of v2 not at all, looks up the names of
/// <c>deepen-not</c> among all refs, and adds every tag for <c>include-tag</c>: so the first two are read here, and the last is left out.
/// </summary>
internal sealed class FetchArguments
{
    private readonly ArrayBufferWriter<byte> _request;
    private readonly HashSet<ObjectId> _wants = [];

    private FetchArguments(int length) => _request = new ArrayBufferWriter<byte>(length + 4);

    /// <summary>The request for git.</summary>
    public ReadOnlyMemory<byte> Request => _request.WrittenMemory;

    /// <summary>A name in the request that a hidden ref would be found by.</summary>
    public string? HiddenName { get; private set; }

    /// <param name="request">A whole request, well-formed or not: what is no line goes to git as it is.</param>
    /// <param name="refs">All refs, with what is hidden.</param>
    public static FetchArguments Read(ReadOnlyMemory<byte> request, RefSnapshot refs)
    {
        var arguments = new FetchArguments(request.Length);
        var rest = request.Span;
        while (rest.Length >= 4 && TryParseLength(rest[..4], out var length) && length <= rest.Length)
        {
            if (length < 4) length = 4;
            else arguments.Look(rest[4..length], refs);
            if (length == 4) arguments._request.Write(rest[..4]);
            rest = rest[length..];
        }

        arguments._request.Write(rest);
        return arguments;
    }

    /// <summary>
    /// What is only reachable from hidden refs is answered like what does not exist, in git's words for that; null when there
    /// is nothing of it. The caller has a place among the heavy processes.
    /// </summary>
    public async ValueTask<string?> FindFaultAsync(
        IUploadPack uploadPack, RepositoryId repository, RefSnapshot refs, CancellationToken cancellationToken)
    {
        if (HiddenName is { } name) return $"ambiguous deepen-not: {name}";
        if (_wants.Count == 0) return null;
        return await uploadPack.CanReachAsync(repository, refs.Visible, _wants, cancellationToken).ConfigureAwait(false)
            ? null
            : $"not our ref {(_wants.Count == 1 ? _wants.First() : "among those wanted")}";
    }

    private void Look(ReadOnlySpan<byte> payload, RefSnapshot refs)
    {
        var text = payload.EndsWith("\n"u8) ? payload[..^1] : payload;
        if (text.SequenceEqual("include-tag"u8) || payload.IsEmpty) return;
        if (text.StartsWith("want "u8))
        {
            // In v0 and v1 the first one carries the capabilities.
            var end = text["want ".Length..].IndexOf((byte)' ');
            var id = end < 0 ? text["want ".Length..] : text.Slice("want ".Length, end);
            if (ObjectId.TryParse(id, out var want)) _wants.Add(want);
            if (end >= 0)
            {
                var words = Encoding.Latin1.GetString(text).Split(' ').Where(static word => word != "include-tag");
                _request.WritePkt(Encoding.Latin1.GetBytes(string.Join(' ', words) + "\n"));
                return;
            }
        }

        if (text.StartsWith("deepen-not "u8))
        {
            var name = Encoding.UTF8.GetString(text["deepen-not ".Length..]);
            if (FindsHidden(name, refs.HiddenRefs!)) HiddenName ??= name;
        }

        _request.WritePkt(payload);
    }

    private static bool FindsHidden(string name, IReadOnlyList<string> hidden) =>
        RefLookup.Candidates(name).Any(candidate => HiddenRefs.Contain(hidden, candidate));

    private static bool TryParseLength(ReadOnlySpan<byte> digits, out int length) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out length);
}
