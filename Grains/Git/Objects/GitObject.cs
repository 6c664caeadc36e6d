namespace Granary.Grains.Git.Objects;

/// <summary>The types of objects, with their numbers in packs: gitformat-pack(5).</summary>
internal enum ObjectType
{
    Commit = 1,
    Tree = 2,
    Blob = 3,
    Tag = 4,
}

/// <summary>One object as it is when it is unpacked, without its header.</summary>
internal readonly record struct GitObject(ObjectType Type, ReadOnlyMemory<byte> Content);
