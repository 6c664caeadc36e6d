using System.Runtime.CompilerServices;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>Servers whose processes and memory are counted do nothing by themselves; the tests of housekeeping switch it on.</summary>
internal static class QuietServers
{
    [ModuleInitializer]
    internal static void SwitchHousekeepingOff() => GranaryServer.Defaults["Granary__Housekeeping__Automatic"] = "false";
}
