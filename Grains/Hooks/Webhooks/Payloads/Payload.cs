using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Granary.Grains.Hooks.Webhooks.Payloads;

/// <summary>The body of a delivery, as docs/webhooks.md describes it: members may be added, none changes its meaning.</summary>
/// <param name="Event">As in the header <c>X-Granary-Event</c>.</param>
/// <param name="Delivery">As in the header <c>X-Granary-Delivery</c>.</param>
/// <param name="Webhook">The webhook's id.</param>
/// <param name="Sequence">Of the push in its repository.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Repository">Where.</param>
/// <param name="User">Who; missing for the server itself and for deploy keys.</param>
/// <param name="DeployKey">The fingerprint of the deploy key that pushed.</param>
/// <param name="Protocol">Of the push.</param>
/// <param name="PushOptions">Of the push.</param>
/// <param name="Changes">The refs that moved, up to a bound.</param>
/// <param name="ChangeCount">How many there are in all.</param>
/// <param name="OldName">Of a repository that was renamed.</param>
internal sealed record Payload(
    string Event, Guid Delivery, Guid Webhook, long? Sequence, DateTimeOffset Time, PayloadRepository? Repository = null, PayloadUser? User = null,
    string? DeployKey = null, string? Protocol = null, IReadOnlyList<string>? PushOptions = null, IReadOnlyList<PayloadChange>? Changes = null,
    int? ChangeCount = null, string? OldName = null)
{
    /// <summary>Names in other scripts stay as they are: the body is UTF-8, and no page of HTML.</summary>
    private static readonly JsonTypeInfo<Payload> Readable =
        new PayloadJson(new JsonSerializerOptions(PayloadJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Payload;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Readable);
}

/// <param name="Id">Lasting: names and projects change.</param>
/// <param name="Project">The key of its project.</param>
/// <param name="Name">Its name when the delivery was made.</param>
/// <param name="Url">Where it can be cloned from.</param>
internal sealed record PayloadRepository(string Id, string Project, string Name, string Url);

internal sealed record PayloadUser(string Name, Guid? Id);

/// <param name="Ref">Its full name.</param>
/// <param name="Type"><c>branch</c>, <c>tag</c> or <c>other</c>.</param>
/// <param name="Name">Without the folder of its type.</param>
/// <param name="Change"><c>created</c>, <c>updated</c> or <c>deleted</c>.</param>
/// <param name="Forced">Whether the old value was left behind; missing where it is not known.</param>
/// <param name="Old">Zeros when it was created.</param>
/// <param name="New">Zeros when it was deleted.</param>
internal sealed record PayloadChange(string Ref, string Type, string Name, string Change, bool? Forced, string Old, string New);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Payload))]
internal sealed partial class PayloadJson : JsonSerializerContext;
