using Granary.Streams.DeadLetters;

namespace Granary.Frontends.Rpc.DeadLetters;

/// <summary>Where a list over all boxes has got to.</summary>
internal readonly record struct DeadLetterPosition(string Provider, string? Id)
{
    private const char Separator = '\n';

    public static DeadLetterPosition Of(DeadLetter letter) => new(letter.Provider, letter.Id);

    /// <summary>The beginning, when there is none.</summary>
    public static DeadLetterPosition Read(string? text)
    {
        if (text is null) return new DeadLetterPosition("", null);
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        return end < 0 ? new DeadLetterPosition(text, null) : new DeadLetterPosition(text[..end], text[(end + 1)..]);
    }

    public override string ToString() => $"{Provider}{Separator}{Id}";
}
