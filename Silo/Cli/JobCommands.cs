using System.CommandLine;
using System.Globalization;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary job …</c>: what follows pushes.</summary>
internal static class JobCommands
{
    public static Command Create(CommandSet set)
    {
        var kind = new Argument<string>("kind") { Description = "The kind of job, for example webhook." };
        return new Command("job", "The jobs that follow pushes, for administrators of the server.")
        {
            set.Define("list", "Lists the kinds with what waits, runs and failed.", ListAsync),
            set.Define("pause", "Holds a kind up: what is pushed waits for it, over restarts too.", call => PauseAsync(call, call.Get(kind)), kind),
            set.Define("resume", "Lets a kind go on.", call => ResumeAsync(call, call.Get(kind)), kind),
        };
    }

    private static async Task ListAsync(Invocation call)
    {
        var response = await call.Jobs.ListJobKindsAsync(new ListJobKindsRequest(), cancellationToken: call.Cancellation);
        call.Output.List(response.JobKinds, ["KIND", "PAUSED", "WAITING", "RUNNING", "SUCCEEDED", "FAILED", "DEAD", "FAULT"], static k =>
        [
            k.Kind, Output.YesNo(k.Paused), k.Fault.Length > 0 ? "?" : Number(k.Queues.Sum(static q => q.Waiting)), Number(k.Running), Number(k.Succeeded),
            Number(k.Failed), k.Fault.Length > 0 ? "?" : Number(k.DeadLetters), k.Fault,
        ]);
    }

    private static async Task PauseAsync(Invocation call, string kind)
    {
        var done = await call.Jobs.PauseJobKindAsync(new PauseJobKindRequest { Kind = kind }, cancellationToken: call.Cancellation);
        call.Output.Done(done, $"Jobs of kind '{kind}' are paused.");
    }

    private static async Task ResumeAsync(Invocation call, string kind)
    {
        var done = await call.Jobs.ResumeJobKindAsync(new ResumeJobKindRequest { Kind = kind }, cancellationToken: call.Cancellation);
        call.Output.Done(done, $"Jobs of kind '{kind}' go on.");
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
