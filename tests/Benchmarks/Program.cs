using System.Globalization;
using Granary.Benchmarks;
using Granary.Tests.Harness;

// Without arguments: all; otherwise the named ones. --repositories=N changes how many repositories are registered.
string[] known = ["jobs", "refs", "repositories", "streams", "tags"];
var repositories = 100_000;
var chosen = new List<string>();
foreach (var argument in args)
{
    const string Option = "--repositories=";
    if (argument.StartsWith(Option, StringComparison.Ordinal)
        && int.TryParse(argument.AsSpan(Option.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
    {
        repositories = count;
    }
    else if (known.Contains(argument))
    {
        chosen.Add(argument);
    }
    else
    {
        await Console.Error.WriteLineAsync($"usage: Benchmarks [{string.Join("] [", known)}] [--repositories=N]");
        return 2;
    }
}

var load = File.ReadAllText("/proc/loadavg").Split(' ');
Console.WriteLine($"{Environment.ProcessorCount} processors, load average {load[0]} at the start");
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

bool Wanted(string name) => chosen.Count == 0 || chosen.Contains(name);
