using System.CommandLine;
using System.Globalization;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary dead-letter …</c>: what the queues behind pushes gave up.</summary>
internal static class DeadLetterCommands
{
    private const int ReasonLength = 80;

    public static Command Create(CommandSet set)
    {
        var kind = new Argument<string>("kind") { Description = "The kind of job, for example activity." };
        var id = new Argument<string>("id") { Description = "As the list shows it." };
        var only = new Option<string>("--kind") { Description = "Only this kind of job." };
        return new Command("dead-letter", "Messages that the queues behind pushes gave up, for administrators of the server.")
        {
            set.Define("list", "Lists them, the oldest of each kind first.", call => ListAsync(call, call.Get(only) ?? ""), only),
            set.Define("show", "Shows one with the whole of its reason.", call => ShowAsync(call, call.Get(kind), call.Get(id)), kind, id),
            set.Define("replay", "Puts one into its queue again.", call => ReplayAsync(call, call.Get(kind), call.Get(id)), kind, id),
            set.Define("delete", "Throws one away: what it was to bring about will not happen.", call => DeleteAsync(call, call.Get(kind), call.Get(id)), kind, id),
        };
    }

    private static async Task ListAsync(Invocation call, string kind)
    {
        var letters = await Listing.AllAsync(async token =>
        {
            var page = await call.DeadLetters.ListDeadLettersAsync(
                new ListDeadLettersRequest { Kind = kind, PageSize = Listing.PageSize, PageToken = token }, cancellationToken: call.Cancellation);
            return ((IEnumerable<DeadLetter>)page.DeadLetters, page.NextPageToken);
        });
        call.Output.List(letters, ["KIND", "ID", "REPOSITORY", "DIED", "ATTEMPTS", "REASON"], static letter =>
            [letter.Kind, letter.LetterId, letter.Stream, Output.Time(letter.DiedAt), Number(letter.Attempts), Short(letter.Reason)]);
    }

    private static async Task ShowAsync(Invocation call, string kind, string id)
    {
        var request = new GetDeadLetterRequest { Kind = kind, LetterId = id };
        var letter = (await call.DeadLetters.GetDeadLetterAsync(request, cancellationToken: call.Cancellation)).DeadLetter;
        call.Output.Show(
            letter,
            ("Kind", letter.Kind),
            ("Id", letter.LetterId),
            ("Repository", letter.Stream),
            ("Published", Output.Time(letter.EnqueuedAt)),
            ("Died", Output.Time(letter.DiedAt)),
            ("Attempts", Number(letter.Attempts)),
            ("Size", Number(letter.Size)),
            ("Reason", letter.Reason));
    }

    private static async Task ReplayAsync(Invocation call, string kind, string id)
    {
        var request = new ReplayDeadLetterRequest { Kind = kind, LetterId = id };
        var done = await call.DeadLetters.ReplayDeadLetterAsync(request, cancellationToken: call.Cancellation);
        call.Output.Done(done, $"Letter {id} of kind '{kind}' is in its queue again.");
    }

    private static async Task DeleteAsync(Invocation call, string kind, string id)
    {
        var request = new DeleteDeadLetterRequest { Kind = kind, LetterId = id };
        var done = await call.DeadLetters.DeleteDeadLetterAsync(request, cancellationToken: call.Cancellation);
        call.Output.Done(done, $"Letter {id} of kind '{kind}' is thrown away.");
    }

    private static string Short(string reason)
    {
        var line = reason.Split('\n')[0].TrimEnd('\r');
        return line.Length > ReasonLength ? line[..ReasonLength] + "…" : line;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
