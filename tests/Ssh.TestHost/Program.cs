using System.Globalization;
using Granary.Tests.Ssh.TestHost;

// Usage: PORT HOST_KEY_FOLDER AUTHORIZED_KEYS [--Granary:Ssh:RekeyBytes=1048576 ...]; port 0 takes a free one, which is printed.
if (args.Length < 3)
{
    Console.Error.WriteLine("usage: Ssh.TestHost PORT HOST_KEY_FOLDER AUTHORIZED_KEYS [--Granary:Ssh:OPTION=VALUE ...]");
    return 2;
}

var authority = new AuthorizedKeys(File.ReadAllLines(args[2]));
await using var server = await TestServer.StartAsync(args[1], authority, args[3..], int.Parse(args[0], CultureInfo.InvariantCulture), logs: true);
Console.WriteLine($"listening on {server.Port}");
await server.WaitForShutdownAsync();
return 0;
