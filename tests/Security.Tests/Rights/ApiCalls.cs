using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Granary.Security.Tests.Rights;

/// <summary>Every call of the API, found in the descriptors, so that a new one is met without a change here.</summary>
internal static partial class ApiCalls
{
    /// <summary>Names the service and the call, without the package.</summary>
    public static string NameOf(MethodDescriptor method) => $"{method.Service.Name}.{method.Name}";

    public static IReadOnlyList<MethodDescriptor> All { get; } =
    [
        .. typeof(V1.User).Assembly.GetTypes()
            .Where(static type => type.Namespace == "Granary.V1" && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(static type => (FileDescriptor)type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!)
            .SelectMany(static file => file.Services).SelectMany(static service => service.Methods),
    ];

    /// <summary>The JSON form of a call: method, path with the fields of the request in it, and body.</summary>
    public static IEnumerable<(HttpMethod Method, string Path, string? Body)> JsonForms(MethodDescriptor method, IMessage request)
    {
        // A call whose requests are a stream has none.
        if (method.IsClientStreaming) yield break;
        var full = request.ToByteArray();
        var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
        foreach (var form in (HttpRule[])[rule, .. rule.AdditionalBindings])
        {
            var (verb, template) = form.PatternCase switch
            {
                HttpRule.PatternOneofCase.Get => (HttpMethod.Get, form.Get),
                HttpRule.PatternOneofCase.Put => (HttpMethod.Put, form.Put),
                HttpRule.PatternOneofCase.Post => (HttpMethod.Post, form.Post),
                HttpRule.PatternOneofCase.Patch => (HttpMethod.Patch, form.Patch),
                _ => (HttpMethod.Delete, form.Delete),
            };
            // A form without the repository in its path is the one of the project.
            request = request.Descriptor.Parser.ParseFrom(full);
            if (!ConcernsRepository(template)) request.Descriptor.FindFieldByName("repository")?.Accessor.Clear(request);
            var inPath = new HashSet<string>();
            var path = FieldInPath().Replace(template, match =>
            {
                inPath.Add(match.Groups["field"].Value);
                var value = request.Descriptor.FindFieldByName(match.Groups["field"].Value).Accessor.GetValue(request).ToString()!;
                return Uri.EscapeDataString(value);
            });
            if (form.Body.Length == 0) path += SwitchesOf(request);
            yield return (verb, path, form.Body.Length == 0 ? null : BodyOf(request, form.Body, inPath));
        }
    }

    public static bool ConcernsRepository(string path) => path.Contains("/repositories/", StringComparison.Ordinal);

    /// <summary>What is switched on in a request without a body.</summary>
    private static string SwitchesOf(IMessage request)
    {
        var switches = request.Descriptor.Fields.InDeclarationOrder().Where(f => f is { IsRepeated: false, FieldType: FieldType.Bool } && (bool)f.Accessor.GetValue(request));
        return string.Concat(switches.Select((field, i) => $"{(i == 0 ? '?' : '&')}{field.JsonName}=true"));
    }

    private static string BodyOf(IMessage request, string body, HashSet<string> inPath)
    {
        if (body != "*")
            return request.Descriptor.FindFieldByName(body).Accessor.GetValue(request) is IMessage part ? JsonFormatter.Default.Format(part) : "{}";
        var rest = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        foreach (var field in inPath) request.Descriptor.FindFieldByName(field).Accessor.Clear(rest);
        return JsonFormatter.Default.Format(rest);
    }

    [GeneratedRegex(@"\{(?<field>[a-z_]+)(=\*\*)?\}", RegexOptions.ExplicitCapture)]
    private static partial Regex FieldInPath();
}
