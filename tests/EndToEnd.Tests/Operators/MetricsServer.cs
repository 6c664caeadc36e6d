using Granary.EndToEnd.Tests.PackCaching;
using Granary.EndToEnd.Tests.Ssh;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Operators;

/// <summary>A server of one heavy git process at a time and a queue for one more, all of whose requests are the test's.</summary>
public sealed class MetricsServer : CountingServer
{
    protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["Granary__Git__MaxProcesses"] = "1",
        ["Granary__Git__MaxWaiting"] = "1",
        ["Granary__Accounts__FreeFailuresPerAddress"] = "1000000",
    };

    public Task<Metrics> ReadAsync() => Metrics.OfAsync(Server);

    public Task UntilAsync(string what, Func<Metrics, bool> condition) => Metrics.UntilAsync(Server, what, condition);

    public async Task<SshRepository> NewSshRepositoryAsync() => await SshRepository.CreateAsync(await NewRepositoryAsync());
}
