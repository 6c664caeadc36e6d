using System.Buffers;
using Granary.Frontends.GitProtocol;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Repositories;

namespace Granary.Imports.Remote;

/// <summary>The two commands of a clone, gitprotocol-v2(5).</summary>
internal static class RemoteRequests
{
    private const int WantLength = 50;

    public static ReadOnlyMemory<byte> LsRefs(RemoteCapabilities capabilities)
    {
        var output = Begin("ls-refs", capabilities, 256);
        output.WriteTextPkt("symrefs\n");
        if (capabilities.Unborn) output.WriteTextPkt("unborn\n");
        output.WriteTextPkt("ref-prefix HEAD\n");
        output.WriteTextPkt("ref-prefix refs/\n");
        output.WriteFlush();
        return output.WrittenMemory;
    }

    /// <summary>All of it: the client has nothing yet.</summary>
    public static ReadOnlyMemory<byte> Fetch(RemoteCapabilities capabilities, IReadOnlyCollection<ObjectId> wanted)
    {
        var output = Begin("fetch", capabilities, 256 + (wanted.Count * WantLength));
        output.WriteTextPkt("no-progress\n");
        output.WriteTextPkt("ofs-delta\n");
        Span<byte> hex = stackalloc byte[64];
        foreach (var id in wanted) output.WritePkt("want "u8, hex[..id.CopyHexTo(hex)], "\n"u8);
        output.WriteTextPkt("done\n");
        output.WriteFlush();
        return output.WrittenMemory;
    }

    private static ArrayBufferWriter<byte> Begin(string command, RemoteCapabilities capabilities, int capacity)
    {
        var output = new ArrayBufferWriter<byte>(capacity);
        output.WriteTextPkt($"command={command}\n");
        output.WriteTextPkt($"agent={ServerAgent.Value}\n");
        if (capabilities.ObjectFormat) output.WriteTextPkt("object-format=sha1\n");
        output.WriteDelimiter();
        return output;
    }
}
