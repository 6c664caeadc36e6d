using System.Text.Json;
using System.Text.Json.Serialization;
using Granary.Grains.Posix;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>
/// What housekeeping knows of its last run, kept beside the refs. Losing it costs one more run: packs that it does not list
/// count as new.
/// </summary>
internal sealed record MaintenanceRecord
{
    private const int MaxSize = 16 << 20;

    public DateTimeOffset? LastRun { get; init; }

    public long DurationMilliseconds { get; init; }

    /// <summary>The packs that the multi-pack-index and its bitmap cover.</summary>
    public IReadOnlyList<string> Covered { get; init; } = [];

    /// <summary>Packs that were replaced, and when they may go: they are removed once nobody can be reading them.</summary>
    public IReadOnlyList<RetiredPack> Retired { get; init; } = [];

    /// <summary>Bytes in packs when everything was last made into one pack.</summary>
    public long WholeSize { get; init; }

    /// <summary>What went wrong in the last run; null when nothing did.</summary>
    public string? Fault { get; init; }

    public static MaintenanceRecord Read(RepositoryPaths paths)
    {
        try
        {
            if (new FileInfo(paths.MaintenanceRecord) is not { Exists: true, Length: <= MaxSize }) return new MaintenanceRecord();
            return JsonSerializer.Deserialize(File.ReadAllBytes(paths.MaintenanceRecord), MaintenanceJson.Default.MaintenanceRecord)
                ?? new MaintenanceRecord();
        }
        catch (Exception fault) when (fault is JsonException or FileNotFoundException)
        {
            return new MaintenanceRecord();
        }
    }

    public void Write(RepositoryPaths paths) =>
        DurableFiles.Replace(paths.MaintenanceRecord, JsonSerializer.SerializeToUtf8Bytes(this, MaintenanceJson.Default.MaintenanceRecord));
}

internal sealed record RetiredPack(string Name, DateTimeOffset Until);

[JsonSerializable(typeof(MaintenanceRecord))]
internal sealed partial class MaintenanceJson : JsonSerializerContext;
