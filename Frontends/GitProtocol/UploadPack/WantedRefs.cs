using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Text;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>
/// <c>want-ref</c> (gitprotocol-v2(5), ref-in-want) answered from the snapshot: git gets plain <c>want</c> lines, and the
/// <c>wanted-refs</c> section is put where the protocol has it, before the pack. git up to 2.39 at least puts it before
/// <c>shallow-info</c>, which its own client then refuses.
/// </summary>
internal sealed class WantedRefs
{
    private readonly List<(string Name, ObjectId Id)> _refs = [];

    /// <summary>Looks the names up; otherwise <paramref name="fault"/> says in git's words what is wrong.</summary>
    public bool TryResolve(RefSnapshot refs, IReadOnlyList<string> names, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        refs = refs.Visible;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var found = name == "HEAD" ? refs.TryResolveHead(out var id) : refs.TryFind(name, out id);
            if (!seen.Add(name)) fault = $"duplicate want-ref {name}";
            else if (!found) fault = $"unknown ref {name}";
            if (fault is not null) return false;
            _refs.Add((name, id));
        }

        return true;
    }

    /// <summary>The request for git: the arguments without <c>want-ref</c>, then a <c>want</c> for each.</summary>
    public ReadOnlyMemory<byte> Complete(ReadOnlyMemory<byte> requestWithoutFlush)
    {
        var output = new ArrayBufferWriter<byte>(requestWithoutFlush.Length + (_refs.Count * 56) + 4);
        output.Write(requestWithoutFlush.Span);
        foreach (var id in _refs.Select(static r => r.Id).Distinct()) output.WriteTextPkt($"want {id}\n");
        output.WriteFlush();
        return output.WrittenMemory;
    }

    public PipeWriter Insert(PipeWriter response) => _refs.Count == 0 ? response : new InsertingWriter(response, this);

    private void WriteSection(PipeWriter output)
    {
        output.WritePkt("wanted-refs\n"u8);
        foreach (var (name, id) in _refs) output.WritePkt(Encoding.ASCII.GetBytes($"{id} "), Encoding.UTF8.GetBytes(name), "\n"u8);
        output.WriteDelimiter();
    }

    /// <summary>Looks at git's lines until the pack begins, and from then on is not in the way.</summary>
    private sealed class InsertingWriter(PipeWriter inner, WantedRefs wanted) : PipeWriter
    {
        private ArrayBufferWriter<byte> _head = new();
        private bool _passing;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _passing ? inner.GetMemory(sizeHint) : _head.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            if (_passing) inner.Advance(bytes);
            else _head.Advance(bytes);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (!_passing) Scan();
            return inner.FlushAsync(cancellationToken);
        }

        /// <summary>Passes on whole lines; stops looking at the line <c>packfile</c>, or at anything that is not a line.</summary>
        private void Scan()
        {
            var head = _head.WrittenSpan;
            while (head.Length >= 4)
            {
                var isLine = TryParseLength(head[..4], out var length);
                length = Math.Max(length, 4);
                if (isLine && head.Length < length) break;
                var isPack = isLine && head[4..length].SequenceEqual("packfile\n"u8);
                if (isPack) wanted.WriteSection(inner);
                if (isPack || !isLine)
                {
                    inner.Write(head);
                    _passing = true;
                    return;
                }

                inner.Write(head[..length]);
                head = head[length..];
            }

            var rest = new ArrayBufferWriter<byte>();
            rest.Write(head);
            _head = rest;
        }

        private static bool TryParseLength(ReadOnlySpan<byte> digits, out int length) =>
            int.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out length);
    }
}
