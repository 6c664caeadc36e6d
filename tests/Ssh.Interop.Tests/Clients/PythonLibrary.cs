namespace Granary.Ssh.Interop.Tests.Clients;

/// <summary>Debian's Python, whose libraries are Debian's packages; another one may be first in the path.</summary>
internal static class PythonLibrary
{
    public const string Python = "/usr/bin/python3";

    public static Task NeedAsync(string library) => Run.NeedAsync(Python, "-W", "ignore", "-c", "import " + library);

    /// <summary>One of our scripts.</summary>
    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Clients", "Python", name);
}
