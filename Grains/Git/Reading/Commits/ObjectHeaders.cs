namespace Granary.Grains.Git.Reading.Commits;

/// <summary>The lines at the head of commits and tags, one after the other; a value goes on in lines that begin with a space.</summary>
internal ref struct ObjectHeaders(ReadOnlySpan<byte> raw)
{
    /// <summary>What was not read yet; at the end, the message.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = raw;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>With the spaces at the beginning of its further lines.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <returns>False at the end of the headers.</returns>
    public bool MoveNext()
    {
        var rest = Rest;
        var end = rest.IndexOf((byte)'\n');
        if (end <= 0)
        {
            Rest = end < 0 ? default : rest[1..];
            return false;
        }

        var space = rest[..end].IndexOf((byte)' ');
        var start = space < 0 ? end : space + 1;
        Name = rest[..(space < 0 ? end : space)];
        while (end + 1 < rest.Length && rest[end + 1] == ' ')
        {
            var next = rest[(end + 1)..].IndexOf((byte)'\n');
            end = next < 0 ? rest.Length : end + 1 + next;
        }

        Value = rest[start..end];
        Rest = end < rest.Length ? rest[(end + 1)..] : default;
        return true;
    }
}
