using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Granary.Frontends.Ssh.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Silo.Tests.Telemetry;

/// <summary>Every instrument of this program, found in its assemblies and not in what one server happened to use.</summary>
internal static class Instruments
{
    public static IReadOnlyList<Instrument> All()
    {
        var found = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (!instrument.Meter.Name.StartsWith("Granary.", StringComparison.Ordinal)) return;
                lock (found) found.Add(instrument);
            },
        };
        listener.Start();
        using var services = Services();
        foreach (var type in TypesWithMeters())
        {
            // A static meter comes with its class, any other with an object.
            if (MetersOf(type).Any(static f => f.IsStatic)) RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            else _ = ActivatorUtilities.CreateInstance(services, type);
        }

        // The one that has its meter of a factory, as it is a package of its own.
        _ = ActivatorUtilities.CreateInstance(services, typeof(SshProtocol).Assembly.GetType("Granary.Frontends.Ssh.Protocol.Connections.SshInstruments", throwOnError: true)!);
        lock (found) return [.. found];
    }

    private static IEnumerable<Type> TypesWithMeters() => Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
        .Where(static file => IsOurs(Path.GetFileNameWithoutExtension(file)))
        .Select(static file => Assembly.Load(AssemblyName.GetAssemblyName(file)))
        .SelectMany(static assembly => assembly.GetTypes())
        .Where(static type => MetersOf(type).Any());

    private static bool IsOurs(string assembly) =>
        (assembly.StartsWith("Granary.", StringComparison.Ordinal) && !assembly.EndsWith(".Tests", StringComparison.Ordinal)) || assembly == "granary";

    private static IEnumerable<FieldInfo> MetersOf(Type type) => type
        .GetFields(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(static field => field.FieldType == typeof(Meter));

    private static ServiceProvider Services() => new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddSshProtocol(new ConfigurationBuilder().Build())
        .Configure<SshOptions>(static ssh => ssh.HostKeyPath = "unused")
        .BuildServiceProvider();
}
