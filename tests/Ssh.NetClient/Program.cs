using Granary.Tests.Ssh.NetClient;
using Renci.SshNet;

var arguments = new Arguments(args);
try
{
    using var file = new PrivateKeyFile(arguments.Key);
    using var login = new PrivateKeyAuthenticationMethod(arguments.User, new OneKey(file, arguments["--user-key"]));
    var connection = new ConnectionInfo(arguments.Host, arguments.Port, arguments.User, login);
    Keep(connection.KeyExchangeAlgorithms, arguments["--kex"]);
    Keep(connection.HostKeyAlgorithms, arguments["--host-key"]);
    Keep(connection.Encryptions, arguments["--cipher"]);
    Keep(connection.HmacAlgorithms, arguments["--mac"]);
    using var client = new SshClient(connection);
    var known = File.ReadAllLines(arguments.Known).Select(static line => line.Split(' ')[2]).ToHashSet();
    client.HostKeyReceived += (_, received) => received.CanTrust = known.Contains(Convert.ToBase64String(received.HostKey));
    client.Connect();
    using var command = client.CreateCommand(arguments.Command);
    var running = command.ExecuteAsync(CancellationToken.None);
    _ = Task.Run(() => Send(command));
    var errors = Task.Run(() => Copy(command.ExtendedOutputStream, Console.OpenStandardError()));
    Copy(command.OutputStream, Console.OpenStandardOutput());
    await running;
    await errors;
    Environment.Exit(command.ExitStatus ?? 255);
}
#pragma warning disable CA1031 // As ssh: 255 is the client's own.
catch (Exception exception)
#pragma warning restore CA1031
{
    await Console.Error.WriteLineAsync($"{exception.GetType().Name}: {exception.Message}");
    Environment.Exit(255);
}

static void Keep<TValue>(Renci.SshNet.IOrderedDictionary<string, TValue> algorithms, string? name)
{
    if (name is null) return;
    if (!algorithms.ContainsKey(name)) throw new NotSupportedException($"SSH.NET has no {name}.");
    foreach (var other in algorithms.Keys.Where(key => key != name).ToList()) algorithms.Remove(other);
}

static void Send(SshCommand command)
{
    try
    {
        using var input = command.CreateInputStream();
        Copy(Console.OpenStandardInput(), input);
    }
    catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
    {
        // The server has closed the channel; the status says why.
    }
}

static void Copy(Stream from, Stream to)
{
    from.CopyTo(to, 1 << 16);
    to.Flush();
}
