using System.Globalization;
using Granary.Benchmarks;
using Granary.Benchmarks.Ssh;
using Granary.Tests.Harness;

// Without arguments: all; otherwise the named ones. --repositories=N changes how many repositories are registered; --rounds=N and
// --repository=PATH are for ssh and reads: how often it measures, and what is cloned or read.
string[] known = ["jobs", "reads", "refs", "repositories", "ssh", "streams", "tags"];
var repositories = 100_000;
var rounds = 5;
string? repository = null;
var chosen = new List<string>();
foreach (var argument in args)
{
    if (NumberOf("--repositories=", argument) is { } count)
    {
        repositories = count;
    }
    else if (NumberOf("--rounds=", argument) is { } number)
    {
        rounds = number;
    }
    else if (argument.StartsWith("--repository=", StringComparison.Ordinal))
    {
        repository = argument["--repository=".Length..];
    }
    else if (known.Contains(argument))
    {
        chosen.Add(argument);
    }
    else
    {
        await Console.Error.WriteLineAsync($"usage: Benchmarks [{string.Join("] [", known)}] [--repositories=N] [--rounds=N] [--repository=PATH]");
        return 2;
    }
}

var load = File.ReadAllText("/proc/loadavg").Split(' ');
Console.WriteLine($"{Environment.ProcessorCount} processors, load average {load[0]} at the start");
if (Wanted("ssh")) await SshBenchmark.RunAsync(repository, rounds);
if (Wanted("reads")) await ReadsBenchmark.RunAsync(repository);
if (Wanted("streams") || Wanted("jobs"))
{
    await using var broker = await RabbitMqBroker.StartAsync();
    if (Wanted("streams")) await StreamsBenchmark.RunAsync(broker);
    if (Wanted("jobs")) await JobsBenchmark.RunAsync(broker);
}

if (Wanted("tags")) await TagsBenchmark.RunAsync();
if (Wanted("refs")) await RefsBenchmark.RunAsync();
if (Wanted("repositories")) await RepositoriesBenchmark.RunAsync(repositories);
return 0;

static int? NumberOf(string option, string argument) =>
    argument.StartsWith(option, StringComparison.Ordinal)
    && int.TryParse(argument.AsSpan(option.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

bool Wanted(string name) => chosen.Count == 0 || chosen.Contains(name);
