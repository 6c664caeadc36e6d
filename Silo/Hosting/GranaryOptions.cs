using System.Globalization;
using System.Net;

namespace Granary.Silo.Hosting;

/// <summary>What the host must know before it builds anything: section <c>Granary</c>. Everything else is in the options of its feature.</summary>
internal sealed class GranaryOptions
{
    private const string Section = "Granary";

    /// <summary><c>DataPath</c>: where everything is kept. Default <c>./data</c>.</summary>
    public required string DataPath { get; init; }

    /// <summary><c>PublicUrl</c>: how clients reach the HTTP endpoint, for texts. Default: the address it listens on.</summary>
    public required Uri PublicUrl { get; init; }

    /// <summary><c>Http:Address</c> and <c>Http:Port</c>. Default <c>127.0.0.1:8080</c>.</summary>
    public required IPEndPoint Http { get; init; }

    /// <summary><c>Rpc:Address</c> and <c>Rpc:Port</c>. Default <c>127.0.0.1:8081</c>.</summary>
    public required IPEndPoint Rpc { get; init; }

    /// <summary><c>Rpc:MaxStreamsPerConnection</c>: how many calls one HTTP/2 connection may have under way, watches included; more wait at the client. Default 1024.</summary>
    public required int MaxStreamsPerConnection { get; init; }

    /// <summary><c>Ssh:Address</c> and <c>Ssh:Port</c>. Default <c>127.0.0.1:2222</c>; null with <c>Ssh:Enabled</c> false.</summary>
    public required IPEndPoint? Ssh { get; init; }

    /// <summary><c>Http:Tls:CertificatePath</c> (PEM) and <c>Http:Tls:KeyPath</c>. Default: none, plain HTTP.</summary>
    public required (string Certificate, string Key)? Tls { get; init; }

    /// <summary><c>Shutdown:DrainTimeout</c>: how long running clones and pushes may take to end after SIGTERM. Default 5 min.</summary>
    public required TimeSpan DrainTimeout { get; init; }

    /// <summary>Reads and checks; every fault is added to <paramref name="faults"/> with its key.</summary>
    public static GranaryOptions Read(IConfiguration configuration, List<string> faults)
    {
        var section = configuration.GetSection(Section);
        var http = EndPoint(section, "Http", 8080, faults);
        var tls = Tls_(section, faults);
        return new GranaryOptions
        {
            DataPath = Path.GetFullPath(section["DataPath"] is { Length: > 0 } path ? path : "data"),
            Http = http,
            Rpc = EndPoint(section, "Rpc", 8081, faults),
            MaxStreamsPerConnection = Number(section, "Rpc:MaxStreamsPerConnection", 1024, 100_000, faults),
            Ssh = Switch(section, "Ssh:Enabled", true, faults) ? EndPoint(section, "Ssh", 2222, faults) : null,
            Tls = tls,
            PublicUrl = PublicUrl_(section, new Uri($"{(tls is null ? "http" : "https")}://{http}"), faults),
            DrainTimeout = Duration(section, "Shutdown:DrainTimeout", TimeSpan.FromMinutes(5), faults),
        };
    }

    private static IPEndPoint EndPoint(IConfiguration section, string name, int defaultPort, List<string> faults)
    {
        var address = IPAddress.Loopback;
        var port = defaultPort;
        if (section[$"{name}:Address"] is { Length: > 0 } text && !IPAddress.TryParse(text, out address!))
        {
            faults.Add($"{Section}:{name}:Address: \"{text}\" is not an IP address.");
            address = IPAddress.Loopback;
        }

        if (section[$"{name}:Port"] is { Length: > 0 } number
            && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            faults.Add($"{Section}:{name}:Port: \"{number}\" is not a port (1 to 65535).");
            port = defaultPort;
        }

        return new IPEndPoint(address, port);
    }

    private static (string, string)? Tls_(IConfiguration section, List<string> faults)
    {
        var certificate = section["Http:Tls:CertificatePath"];
        var key = section["Http:Tls:KeyPath"];
        if (string.IsNullOrEmpty(certificate) && string.IsNullOrEmpty(key)) return null;
        if (!File.Exists(certificate)) faults.Add($"{Section}:Http:Tls:CertificatePath: there is no such file.");
        if (!File.Exists(key)) faults.Add($"{Section}:Http:Tls:KeyPath: there is no such file.");
        if (!File.Exists(certificate) || !File.Exists(key)) return null;
        try
        {
            Hosting.Tls.Load(certificate, key).Dispose();
            return (certificate, key);
        }
        catch (StartupException exception)
        {
            faults.Add(exception.Message);
            return null;
        }
    }

    private static Uri PublicUrl_(IConfiguration section, Uri fallback, List<string> faults)
    {
        if (section["PublicUrl"] is not { Length: > 0 } text) return fallback;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        faults.Add($"{Section}:PublicUrl: \"{text}\" is not an http or https URL.");
        return fallback;
    }

    private static bool Switch(IConfiguration section, string key, bool fallback, List<string> faults)
    {
        if (section[key] is not { Length: > 0 } text) return fallback;
        if (bool.TryParse(text, out var value)) return value;
        faults.Add($"{Section}:{key}: \"{text}\" is neither true nor false.");
        return fallback;
    }

    private static int Number(IConfiguration section, string key, int fallback, int most, List<string> faults)
    {
        if (section[key] is not { Length: > 0 } text) return fallback;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most) return value;
        faults.Add($"{Section}:{key}: \"{text}\" is not a number from 1 to {most}.");
        return fallback;
    }

    private static TimeSpan Duration(IConfiguration section, string key, TimeSpan fallback, List<string> faults)
    {
        if (section[key] is not { Length: > 0 } text) return fallback;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= TimeSpan.Zero) return value;
        faults.Add($"{Section}:{key}: \"{text}\" is not a duration (hh:mm:ss).");
        return fallback;
    }
}
