using Granary.Repositories;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Commits.Storage;

/// <summary>How values lie in the columns.</summary>
internal static class Columns
{
    public static byte[] Of(RepositoryId repository) => repository.Value.ToByteArray();

    public static byte[] Of(Guid id) => id.ToByteArray();

    public static long Of(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static byte[]? Of(ObjectId id)
    {
        if (id.IsZero) return null;
        var bytes = new byte[id.Format.HexLength() / 2];
        id.CopyTo(bytes);
        return bytes;
    }

    public static RepositoryId Repository(this SqliteDataReader reader, int column) => new(new Guid(reader.GetFieldValue<byte[]>(column)));

    public static ObjectId ObjectId(this SqliteDataReader reader, int column)
    {
        var bytes = reader.GetFieldValue<byte[]>(column);
        return Granary.Repositories.ObjectId.FromBytes(bytes.Length == 20 ? HashFormat.Sha1 : HashFormat.Sha256, bytes);
    }

    public static DateTimeOffset Time(this SqliteDataReader reader, int seconds, int offset) =>
        DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(seconds)).ToOffset(TimeSpan.FromMinutes(reader.GetInt64(offset)));
}
