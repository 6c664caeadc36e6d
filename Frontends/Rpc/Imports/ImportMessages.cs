using Granary.Frontends.Rpc.Repositories;
using Granary.Imports;
using Granary.V1;

namespace Granary.Frontends.Rpc.Imports;

/// <summary>Imports as the API shows them.</summary>
internal static class ImportMessages
{
    public static Import From(ImportResult result) => new()
    {
        Repository = RepositoryMessages.From(result.Repository),
        Refs = result.Refs,
        ReceivedBytes = result.Bytes,
        Skipped = { result.Skipped.Select(static s => new V1.SkippedRef { Ref = s.Name, Reason = s.Reason }) },
        SkippedCount = result.SkippedCount,
    };
}
