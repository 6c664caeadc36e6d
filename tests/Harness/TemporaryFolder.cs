namespace Granary.Tests.Harness;

/// <summary>A folder of one test or server, removed with all that is in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("granary-test-").FullName;

    /// <summary>A path in the folder; nothing is made there.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that is just ending may still write; the operating system cleans its temporary folder.
        }
    }
}
