using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Granary.Silo.Hosting;

internal static class Tls
{
    /// <exception cref="StartupException">The files are not a certificate and its key.</exception>
    public static X509Certificate2 Load(string certificatePath, string keyPath)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The TLS certificate cannot be used (Granary:Http:Tls): {exception.Message}");
        }
    }
}
