using System.Text;
using Granary.Imports.Sources;

namespace Granary.Imports.Remote;

/// <summary>What a source can do, gitprotocol-v2(5) "Capability Advertisement"; of it, what a clone needs.</summary>
internal sealed class RemoteCapabilities
{
    private const int MaxLines = 200;

    private int _lines;
    private bool _canList;
    private bool _canFetch;
    private bool _isSha256;

    /// <summary>It says where an unborn HEAD leads.</summary>
    public bool Unborn { get; private set; }

    /// <summary>It wants to be told the hash.</summary>
    public bool ObjectFormat { get; private set; }

    public void Add(ReadOnlySpan<byte> line)
    {
        if (++_lines > MaxLines) throw new ImportRefusedException("The source does not answer as a git server does.");
        var text = Encoding.UTF8.GetString(line).Split('=', 2);
        var values = text.Length == 2 ? text[1].Split(' ') : [];
        switch (text[0])
        {
            case "ls-refs":
                (_canList, Unborn) = (true, values.Contains("unborn"));
                break;
            case "fetch":
                _canFetch = true;
                break;
            case "object-format":
                (ObjectFormat, _isSha256) = (true, values.Contains("sha256"));
                break;
        }
    }

    public RemoteCapabilities Check()
    {
        if (_isSha256) throw SourceRefs.Sha256();
        return _canList && _canFetch ? this : throw new ImportRefusedException("The source offers no way to clone from it.");
    }
}
