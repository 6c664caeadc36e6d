namespace Granary.Tests.Harness;

/// <summary>Finds the server's program: built beside the tests, in the same configuration.</summary>
public static class BuiltServer
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        // tests/X/bin/CONFIGURATION/net10.0/
        var output = new DirectoryInfo(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var framework = output.Name;
        var configuration = output.Parent!.Name;
        for (var folder = output; folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(folder.FullName, "Orleans.sln"))) continue;
            var program = System.IO.Path.Combine(folder.FullName, "Silo", "bin", configuration, framework, "granary");
            return File.Exists(program)
                ? program
                : throw new FileNotFoundException($"The server is not built; run: dotnet build Silo -c {configuration}", program);
        }

        throw new DirectoryNotFoundException($"No folder above {output.FullName} holds Orleans.sln.");
    }
}
