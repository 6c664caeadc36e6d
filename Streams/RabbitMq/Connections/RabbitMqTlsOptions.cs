namespace Granary.Streams.RabbitMq.Connections;

/// <summary>TLS to the broker. Its certificate is always checked.</summary>
public sealed class RabbitMqTlsOptions
{
    /// <summary>Default false. The port is 5671 then, unless the host names another.</summary>
    public bool Enabled { get; set; }

    /// <summary>The name that the broker's certificate must have. Default: the host.</summary>
    public string ServerName { get; set; } = "";

    /// <summary>A PEM file with the authorities to trust instead of the system's. Default: the system's.</summary>
    public string CaCertificatePath { get; set; } = "";

    /// <summary>A PEM file with a certificate of our own, for a broker that asks for one. Default: none.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>The PEM file with its key.</summary>
    public string KeyPath { get; set; } = "";
}
