using Granary.Frontends.Rpc.Errors;
using Granary.Git.Reading;
using Reason = Granary.V1.MissingObject.Types.Reason;

namespace Granary.Frontends.Rpc.Objects;

/// <summary>Objects as the API shows them.</summary>
internal static class ObjectMessages
{
    public static V1.ObjectInfo From(long index, ObjectInfo info, long wanted) => new()
    {
        Index = index,
        ObjectId = info.Id.ToString(),
        Type = (V1.ObjectInfo.Types.Type)info.Kind,
        Size = info.Size,
        TooLarge = wanted >= 0 && (info.IsTooLarge || info.Size > wanted),
    };

    /// <exception cref="RefusedException">It is not about the object alone.</exception>
    public static V1.MissingObject Missing(long index, Refusal refusal) => new()
    {
        Index = index,
        Reason = refusal.Kind switch
        {
            RefusalKind.NotFound => Reason.NotFound,
            RefusalKind.InvalidArgument => Reason.InvalidName,
            _ => throw new RefusedException(refusal),
        },
        Message = refusal.Message,
    };
}
