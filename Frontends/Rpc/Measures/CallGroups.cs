using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Granary.Frontends.Requests;
using Granary.Frontends.Rpc.Login;

namespace Granary.Frontends.Rpc.Measures;

/// <summary>The verb of a call, by which it is measured: its service, as <c>deploy-key</c> for <c>DeployKeyService</c>.</summary>
internal static partial class CallGroups
{
    private const string Suffix = "Service";

    private static readonly FrozenDictionary<string, string> Groups = CallCatalog.Files
        .SelectMany(static file => file.Services)
        .SelectMany(static service => service.Methods)
        .ToFrozenDictionary(static method => $"/{method.Service.FullName}/{method.Name}", static method => NameOf(method.Service.Name));

    public static IEnumerable<string> All => Groups.Values.Distinct();

    /// <summary>A call that is not Granary's own (reflection) is <see cref="RequestVerb.Unknown"/>.</summary>
    public static string Of(string path) => Groups.GetValueOrDefault(path, RequestVerb.Unknown);

#pragma warning disable CA1308 // The tags are in lower case.
    private static string NameOf(string service) =>
        string.Intern(Words().Replace(service.EndsWith(Suffix, StringComparison.Ordinal) ? service[..^Suffix.Length] : service, "-$0").ToLowerInvariant());
#pragma warning restore CA1308

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Words();
}
