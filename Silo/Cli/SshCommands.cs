using System.CommandLine;
using System.Globalization;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary ssh …</c></summary>
internal static class SshCommands
{
    public static Command Create(CommandSet set)
    {
        var each = new Option<bool>("--each") { Description = "One line a connection, not a sum of each address." };
        return new Command("ssh", "The SSH server.")
        {
            set.Define("connections", "Lists the SSH connections of the server, as netstat would.", call => ConnectionsAsync(call, call.Get(each)), each),
        };
    }

    private static async Task ConnectionsAsync(Invocation call, bool each)
    {
        var response = await call.Server.ListSshConnectionsAsync(new ListSshConnectionsRequest(), cancellationToken: call.Cancellation);
        var now = call.Terminal.Clock.GetUtcNow();
        if (each || call.Output.IsJson)
        {
            call.Output.List(response.Connections, ["ADDRESS", "PORT", "PHASE", "NAME", "AGE", "RECEIVED", "SENT", "CHANNELS"], c =>
                [c.Address, Number(c.Port), c.Phase, c.Name, Age(now, c), Number(c.BytesReceived), Number(c.BytesSent), Number(c.Channels)]);
            return;
        }

        var addresses = response.Connections.GroupBy(static c => c.Address).OrderByDescending(static g => g.Count()).ToList();
        call.Output.Table(addresses, ["ADDRESS", "COUNT", "PHASES", "OLDEST", "RECEIVED", "SENT"], group =>
        [
            group.Key,
            Number(group.Count()),
            string.Join(", ", group.GroupBy(static c => c.Phase).Select(static p => $"{p.Count().ToString(CultureInfo.InvariantCulture)} {p.Key}")),
            Age(now, group.MinBy(static c => c.ConnectedAt)!),
            Number(group.Sum(static c => c.BytesReceived)),
            Number(group.Sum(static c => c.BytesSent)),
        ]);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Age(DateTimeOffset now, SshConnection connection)
    {
        var age = now - connection.ConnectedAt.ToDateTimeOffset();
        return (age < TimeSpan.Zero ? TimeSpan.Zero : age).ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture);
    }
}
