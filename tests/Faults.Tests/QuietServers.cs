using System.Runtime.CompilerServices;
using Granary.Tests.Harness;

namespace Granary.Faults.Tests;

/// <summary>Servers whose faults are counted do nothing by themselves: housekeeping has tests of its own.</summary>
internal static class QuietServers
{
    [ModuleInitializer]
    internal static void SwitchHousekeepingOff() => GranaryServer.Defaults["Granary__Housekeeping__Automatic"] = "false";
}
