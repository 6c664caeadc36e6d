using System.Reflection;

namespace Granary.Frontends.GitProtocol;

/// <summary>What the server says it is, in the <c>agent</c> capability.</summary>
public static class ServerAgent
{
    public static string Value { get; } =
        "granary/" + (typeof(ServerAgent).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0");
}
