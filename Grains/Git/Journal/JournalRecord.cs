using System.Text.Json.Serialization;

namespace Granary.Grains.Git.Journal;

/// <summary>
/// One line of a repository's journal. An <c>intent</c> is written before the refs move and carries the event; a <c>close</c>
/// with the same sequence says what became of it.
/// </summary>
internal sealed record JournalRecord
{
    public const string Intent = "intent";
    public const string Close = "close";

    /// <summary>A push whose client was told that it did not happen: from here on it cannot.</summary>
    public const string Void = "void";

    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    /// <summary>Ascending by one per intent; with the repository's id it is the event's id.</summary>
    [JsonPropertyName("sequence")]
    public required long Sequence { get; init; }

    /// <summary>Of a close: whether the refs moved.</summary>
    [JsonPropertyName("committed")]
    public bool? Committed { get; init; }

    [JsonPropertyName("push")]
    public Guid? PushId { get; init; }

    [JsonPropertyName("time")]
    public DateTimeOffset? Time { get; init; }

    /// <summary>The user's name; null for the server itself.</summary>
    [JsonPropertyName("user")]
    public string? User { get; init; }

    [JsonPropertyName("userId")]
    public Guid? UserId { get; init; }

    /// <summary>The fingerprint of the deploy key that pushed, when no user did.</summary>
    [JsonPropertyName("deployKey")]
    public string? DeployKey { get; init; }

    [JsonPropertyName("protocol")]
    public string? Protocol { get; init; }

    [JsonPropertyName("options")]
    public IReadOnlyList<string>? PushOptions { get; init; }

    [JsonPropertyName("updates")]
    public IReadOnlyList<JournalUpdate>? Updates { get; init; }

    /// <summary>The answer of refs that were refused in the same push, so that it can be given again.</summary>
    [JsonPropertyName("refused")]
    public IReadOnlyList<JournalRefusal>? Refused { get; init; }

    /// <summary>Where HEAD goes with the refs when a branch that it names gets another name.</summary>
    [JsonPropertyName("head")]
    public JournalHead? Head { get; init; }
}

/// <summary>A ref that moves: zeros stand for "no ref".</summary>
internal sealed record JournalUpdate(
    [property: JsonPropertyName("ref")] string Ref,
    [property: JsonPropertyName("old")] string Old,
    [property: JsonPropertyName("new")] string New);

internal sealed record JournalHead([property: JsonPropertyName("old")] string Old, [property: JsonPropertyName("new")] string New);

internal sealed record JournalRefusal(
    [property: JsonPropertyName("ref")] string Ref,
    [property: JsonPropertyName("status")] int Status,
    [property: JsonPropertyName("message")] string? Message);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalRecord))]
internal sealed partial class JournalJson : JsonSerializerContext;
