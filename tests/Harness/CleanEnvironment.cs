namespace Granary.Tests.Harness;

/// <summary>What a child process inherits of the tests' environment: enough to find programs and .NET, nothing of git.</summary>
internal static class CleanEnvironment
{
    private static readonly string[] Kept = ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    public static void Apply(IDictionary<string, string?> environment, string home)
    {
        foreach (var name in environment.Keys.ToList())
        {
            if (!Kept.Contains(name) && !name.StartsWith("DOTNET_", StringComparison.Ordinal)) environment.Remove(name);
        }

        environment["HOME"] = home;
        environment["LC_ALL"] = "C.UTF-8";
        environment["TZ"] = "UTC";
    }
}
