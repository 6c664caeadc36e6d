using Google.Protobuf.WellKnownTypes;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Paging;
using Granary.Streams.DeadLetters;
using Granary.V1;
using Grpc.Core;
using DeadLetter = Granary.Streams.DeadLetters.DeadLetter;

namespace Granary.Frontends.Rpc.DeadLetters;

/// <summary>What the stream providers gave up, for administrators of the server.</summary>
internal sealed class GrpcDeadLetterService(IEnumerable<IDeadLetterBox> boxes, CurrentCaller current) : DeadLetterService.DeadLetterServiceBase
{
    private readonly IReadOnlyList<IDeadLetterBox> _boxes = [.. boxes.OrderBy(static b => b.Provider, StringComparer.Ordinal)];

    public override async Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context)
    {
        current.RequireAdministrator("Dead letters");
        var page = Pages.Request(request.PageSize, request.PageToken);
        var from = DeadLetterPosition.Read(page.After);
        var boxes = request.Kind.Length > 0 ? [BoxOf(request.Kind)] : _boxes;
        var letters = new List<DeadLetter>();
        foreach (var box in boxes.SkipWhile(b => string.CompareOrdinal(b.Provider, from.Provider) < 0))
        {
            // One more than asked for, if there is, tells that there is another page.
            var after = box.Provider == from.Provider ? from.Id : null;
            letters.AddRange(await box.ListAsync(after, page.Size + 1 - letters.Count, context.CancellationToken));
            if (letters.Count > page.Size) break;
        }

        var hasMore = letters.Count > page.Size;
        if (hasMore) letters.RemoveRange(page.Size, letters.Count - page.Size);
        return new ListDeadLettersResponse
        {
            DeadLetters = { letters.Select(From) },
            NextPageToken = PageToken.Encode(hasMore ? DeadLetterPosition.Of(letters[^1]).ToString() : null),
        };
    }

    public override async Task<GetDeadLetterResponse> GetDeadLetter(GetDeadLetterRequest request, ServerCallContext context)
    {
        current.RequireAdministrator("Dead letters");
        var letter = await BoxOf(request.Kind).FindAsync(Id(request.LetterId), context.CancellationToken);
        return new GetDeadLetterResponse { DeadLetter = From(letter ?? throw NotFound(request.Kind, request.LetterId)) };
    }

    public override async Task<ReplayDeadLetterResponse> ReplayDeadLetter(ReplayDeadLetterRequest request, ServerCallContext context)
    {
        current.RequireAdministrator("Dead letters");
        if (!await BoxOf(request.Kind).ReplayAsync(Id(request.LetterId), context.CancellationToken)) throw NotFound(request.Kind, request.LetterId);
        return new ReplayDeadLetterResponse();
    }

    public override async Task<DeleteDeadLetterResponse> DeleteDeadLetter(DeleteDeadLetterRequest request, ServerCallContext context)
    {
        current.RequireAdministrator("Dead letters");
        if (!await BoxOf(request.Kind).DiscardAsync(Id(request.LetterId), context.CancellationToken)) throw NotFound(request.Kind, request.LetterId);
        return new DeleteDeadLetterResponse();
    }

    private IDeadLetterBox BoxOf(string kind) => _boxes.FirstOrDefault(b => b.Provider == kind)
        ?? throw new RefusedException(new Refusal(
            RefusalKind.NotFound, $"There is no such kind of job; there are: {string.Join(", ", _boxes.Select(static b => b.Provider))}."));

    private static string Id(string text) =>
        text.Length is > 0 and <= DeadLetter.MaxIdLength ? text : throw Arguments.Invalid("A letter has an id; the list of dead letters shows it.");

    private static RefusedException NotFound(string kind, string id) =>
        new(new Refusal(RefusalKind.NotFound, $"There is no dead letter '{id}' of kind '{kind}'."));

    private static V1.DeadLetter From(DeadLetter letter) => new()
    {
        LetterId = letter.Id,
        Kind = letter.Provider,
        Stream = letter.StreamKey,
        EnqueuedAt = Timestamp.FromDateTimeOffset(letter.EnqueuedAt),
        DiedAt = Timestamp.FromDateTimeOffset(letter.DiedAt),
        Attempts = letter.Attempts,
        Reason = letter.Reason,
        Size = letter.Size,
    };
}
