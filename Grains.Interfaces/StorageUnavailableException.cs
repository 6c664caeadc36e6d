using Granary.Repositories;

namespace Granary;

/// <summary>A fault: grain storage could not be read or written; nothing was changed. Orleans passes it on because of its base.</summary>
[GenerateSerializer, Alias("granary.StorageUnavailableException")]
public sealed class StorageUnavailableException : OrleansException
{
    public StorageUnavailableException(VolumeFault fault)
        : base("The grain storage could not be read or written.") => Fault = fault;

    [Id(0)]
    public VolumeFault Fault { get; }
}
