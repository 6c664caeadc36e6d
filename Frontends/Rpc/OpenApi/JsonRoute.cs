using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;

namespace Granary.Frontends.Rpc.OpenApi;

/// <summary>One JSON form of a call, as its <c>google.api.http</c> rule has it.</summary>
/// <param name="Verb">In small letters.</param>
/// <param name="Template">The path of the rule, for example <c>/api/v1/things/{thing=**}</c>.</param>
/// <param name="Body">The field of the request that is the body; <c>*</c> for what is not in the path, empty for no body.</param>
/// <param name="ResponseBody">The field of the answer that is sent; empty for all of it.</param>
internal sealed partial record JsonRoute(string Verb, string Template, string Body, string ResponseBody)
{
    /// <summary>The path with plain names of parameters, as OpenAPI writes it.</summary>
    public string Path => Parameter().Replace(Template, "{${name}}");

    /// <summary>The fields of the request that are in the path, and whether they may have slashes in them.</summary>
    public IReadOnlyList<(string Name, bool Slashes)> Parameters { get; } =
        [.. Parameter().Matches(Template).Select(static match => (match.Groups["name"].Value, match.Groups["rest"].Success))];

    /// <summary>The JSON forms of a call; none when its requests are a stream.</summary>
    public static IEnumerable<JsonRoute> Of(MethodDescriptor method) => method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is { } rule
        ? rule.AdditionalBindings.Prepend(rule).Select(Of)
        : [];

    private static JsonRoute Of(HttpRule rule)
    {
        var (verb, template) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => ("get", rule.Get),
            HttpRule.PatternOneofCase.Put => ("put", rule.Put),
            HttpRule.PatternOneofCase.Post => ("post", rule.Post),
            HttpRule.PatternOneofCase.Patch => ("patch", rule.Patch),
            HttpRule.PatternOneofCase.Delete => ("delete", rule.Delete),
            var other => throw new InvalidOperationException($"A rule with {other} has no place in the document."),
        };
        return new JsonRoute(verb, template, rule.Body, rule.ResponseBody);
    }

    [GeneratedRegex(@"\{(?<name>[a-z0-9_]+)(?<rest>=\*\*)?\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();
}
