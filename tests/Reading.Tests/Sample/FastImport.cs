using System.Buffers;
using System.Text;

namespace Granary.Reading.Tests.Sample;

/// <summary>Writes the input of <c>git fast-import</c>, byte for byte, so that every run makes the same objects.</summary>
internal sealed class FastImport
{
    private const long Start = 1_600_000_000;

    private readonly ArrayBufferWriter<byte> _stream = new();
    private int _commits;

    public ReadOnlyMemory<byte> Bytes => _stream.WrittenMemory;

    /// <param name="branch">A full ref name.</param>
    /// <param name="message">In whatever bytes.</param>
    /// <param name="parents">Marks; null: the branch as it is.</param>
    /// <param name="encoding">Of message and names.</param>
    /// <param name="author">A name in whatever bytes.</param>
    /// <param name="zone">Of the author.</param>
    /// <param name="time">Of author and committer.</param>
    /// <param name="mail">Of the author.</param>
    /// <returns>The mark, by which later commits name it.</returns>
    public int Commit(
        string branch, byte[] message, int[]? parents = null, string? encoding = null, byte[]? author = null, string zone = "+0900", long? time = null,
        string? mail = null)
    {
        var mark = ++_commits;
        var at = time ?? (Start + (mark * 3600));
        Line($"commit {branch}");
        Line($"mark :{mark}");
        Write("author "u8);
        Write(author ?? Encoding.UTF8.GetBytes(mark % 2 == 0 ? "Alice Example" : "Bob Example"));
        Line($" <{mail ?? (mark % 2 == 0 ? "alice@example.org" : "bob@example.org")}> {at} {zone}");
        Line($"committer Carol Example <carol@example.org> {at} +0000");
        if (encoding is not null) Line($"encoding {encoding}");
        Data(message);
        if (parents is null) return mark;
        for (var i = 0; i < parents.Length; i++) Line($"{(i == 0 ? "from" : "merge")} :{parents[i]}");
        return mark;
    }

    public int Commit(string branch, string message, params int[] parents) =>
        Commit(branch, Encoding.UTF8.GetBytes(message + "\n"), parents.Length == 0 ? null : parents);

    public FastImport File(string path, ReadOnlySpan<byte> content, string mode = "100644") => File(Encoding.UTF8.GetBytes(path), content, mode);

    public FastImport File(string path, string content, string mode = "100644") => File(path, Encoding.UTF8.GetBytes(content), mode);

    public FastImport File(ReadOnlySpan<byte> path, ReadOnlySpan<byte> content, string mode = "100644")
    {
        Write(Encoding.ASCII.GetBytes($"M {mode} inline "));
        Path(path);
        Data(content);
        return this;
    }

    public FastImport Submodule(string path, string commit)
    {
        Line($"M 160000 {commit} {path}");
        return this;
    }

    public FastImport Rename(string from, string to)
    {
        Line($"R {from} {to}");
        return this;
    }

    public FastImport Delete(string path)
    {
        Line($"D {path}");
        return this;
    }

    private void Path(ReadOnlySpan<byte> path)
    {
        Write("\""u8);
        foreach (var b in path) Write(b is >= 0x20 and < 0x7f and not ((byte)'"' or (byte)'\\') ? [b] : Encoding.ASCII.GetBytes($"\\{Convert.ToString(b, 8).PadLeft(3, '0')}"));
        Write("\"\n"u8);
    }

    private void Data(ReadOnlySpan<byte> bytes)
    {
        Line($"data {bytes.Length}");
        Write(bytes);
        Write("\n"u8);
    }

    private void Line(string text)
    {
        Write(Encoding.UTF8.GetBytes(text));
        Write("\n"u8);
    }

    private void Write(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);
}
