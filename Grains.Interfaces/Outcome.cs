namespace Granary;

/// <summary>Why something that was asked was not done; frontends map each kind to their protocol in one place.</summary>
public enum RefusalKind
{
    InvalidArgument = 0,
    NotFound = 1,
    AlreadyExists = 2,
    PermissionDenied = 3,

    /// <summary>The state of the thing forbids it (an archived repository, a project that is not empty).</summary>
    FailedPrecondition = 4,

    /// <summary>A limit was reached.</summary>
    ResourceExhausted = 5,

    /// <summary>Busy or not ready; the same request may succeed later.</summary>
    Unavailable = 6,
}

/// <summary>An expected refusal.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Message">A sentence for a person: what was refused, why, what to do.</param>
/// <param name="Subject">What it is about, for programs: the field of a request as the protos name it, or the ref that is not as it was expected.</param>
/// <param name="Actual">What the subject is in truth, where the caller expected something else.</param>
[GenerateSerializer, Immutable, Alias("granary.Refusal")]
public sealed record Refusal(
    [property: Id(0)] RefusalKind Kind,
    [property: Id(1)] string Message,
    [property: Id(2)] string? Subject = null,
    [property: Id(3)] string? Actual = null);

/// <summary>What came of a request that returns nothing but success: expected refusals are values, exceptions are faults.</summary>
[GenerateSerializer, Immutable, Alias("granary.Outcome")]
public sealed record Outcome([property: Id(0)] Refusal? Refusal)
{
    public static Outcome Done { get; } = new((Refusal?)null);

    public bool IsDone => Refusal is null;

    public static implicit operator Outcome(Refusal refusal) => new(refusal);
}

/// <summary>A value, or the refusal that stands in its place.</summary>
[GenerateSerializer, Immutable, Alias("granary.Outcome`1")]
public sealed record Outcome<T>([property: Id(0)] T? Value, [property: Id(1)] Refusal? Refusal)
    where T : class
{
    public bool IsDone => Refusal is null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(null, refusal);
}
