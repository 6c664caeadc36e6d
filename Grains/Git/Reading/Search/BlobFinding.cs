using Granary.Git.Reading.Search;

namespace Granary.Grains.Git.Reading.Search;

/// <summary>What a search makes of a blob.</summary>
/// <param name="State">Whether it was searched.</param>
/// <param name="Lines">Null: nothing was found.</param>
internal sealed record BlobFinding(BlobState State, FoundLines? Lines = null);

internal enum BlobState
{
    Searched,
    Binary,
    TooLarge,
}
