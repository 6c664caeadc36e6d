namespace Granary.Repositories;

/// <summary>The hash that names objects; git's <c>object-format</c>. Repositories are SHA-1 for now, the types carry both.</summary>
public enum HashFormat : byte
{
    Sha1 = 0,
    Sha256 = 1,
}

public static class HashFormats
{
    /// <summary>The length of an object id in hexadecimal digits.</summary>
    public static int HexLength(this HashFormat format) => format == HashFormat.Sha1 ? 40 : 64;

    /// <summary>git's name for the format, as in the <c>object-format</c> capability.</summary>
    public static string GitName(this HashFormat format) => format == HashFormat.Sha1 ? "sha1" : "sha256";
}
