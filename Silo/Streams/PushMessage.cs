using System.Text.Json;
using System.Text.Json.Serialization;
using Granary.Repositories;
using Granary.Streams.RabbitMq.Messages;

namespace Granary.Silo.Streams;

/// <summary>
/// A push as other programs read it: message type <c>push</c>, version 1, described in docs/events.md. What is added later may
/// be missing in messages that are older; anything else is a new version.
/// </summary>
internal sealed record PushMessage(
    string Id, string Repository, long Sequence, Guid PushId, DateTimeOffset Time, PushUser? User, string Protocol,
    IReadOnlyList<string> PushOptions, IReadOnlyList<PushChange> Changes)
{
    private const string TypeName = "push";

    private const int Version = 1;

    public static void AddTo(StreamMessageTypes messages) => messages.Add<PushEvent>(
        TypeName, Version, Write, Read, static pushed => pushed.EventId);

    private static byte[] Write(PushEvent pushed) => JsonSerializer.SerializeToUtf8Bytes(
        new PushMessage(
            pushed.EventId, pushed.Repository.ToString(), pushed.Sequence, pushed.PushId, pushed.Time,
            pushed.User is null ? null : new PushUser(pushed.User, pushed.UserId), pushed.Protocol, pushed.PushOptions,
            [.. pushed.Changes.Select(static c => new PushChange(c.Ref, ChangeOf(c.Kind), c.Old.ToString(), c.New.ToString()))]),
        PushMessageJson.Default.PushMessage);

    private static string ChangeOf(RefChangeKind kind) => kind switch
    {
        RefChangeKind.Created => "created",
        RefChangeKind.Deleted => "deleted",
        _ => "updated",
    };

    private static PushEvent Read(ReadOnlyMemory<byte> body)
    {
        var message = JsonSerializer.Deserialize(body.Span, PushMessageJson.Default.PushMessage) ?? throw new FormatException("The body is null.");
        if (!RepositoryId.TryParse(message.Repository, out var repository)) throw new FormatException("\"repository\" is not an id.");
        return new PushEvent(
            repository, message.Sequence, message.PushId, message.Time, message.User?.Name, message.User?.Id, message.Protocol,
            message.PushOptions, [.. message.Changes.Select(static c => new RefChange(c.Ref, ObjectId.Parse(c.Old), ObjectId.Parse(c.New)))]);
    }
}

/// <param name="Name">At the time of the push.</param>
/// <param name="Id">The lasting identity.</param>
internal sealed record PushUser(string Name, Guid? Id);

/// <param name="Ref">Its full name.</param>
/// <param name="Change"><c>created</c>, <c>updated</c> or <c>deleted</c>.</param>
/// <param name="Old">Zeros when it was created.</param>
/// <param name="New">Zeros when it was deleted.</param>
internal sealed record PushChange(string Ref, string Change, string Old, string New);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PushMessage))]
internal sealed partial class PushMessageJson : JsonSerializerContext;
