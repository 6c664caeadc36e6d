using System.Diagnostics.CodeAnalysis;

namespace Granary.Grains.Storage;

/// <summary>A record in memory with the ETag it was read or written with.</summary>
internal sealed class Slot<T>(T state) : IGrainState<T>
    where T : class
{
    [AllowNull]
    public T State
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = state;

    public string? ETag { get; set; }

    public bool RecordExists { get; set; }
}
