using Google.Api;
using Google.Protobuf.Reflection;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;

namespace Granary.Api.Tests.Page;

/// <summary>The page says of the calls what the protos say.</summary>
public sealed class ApiPageTests
{
    [Fact]
    public void Calls_AreInTheTableWithTheirRoutes()
    {
        var calls = CallCatalog.Files.SelectMany(static file => file.Services).SelectMany(static service => service.Methods).Select(RowOf);
        Assert.Equal(calls.Order(StringComparer.Ordinal), ApiPage.RowsBelow("| Call | JSON | Kind | Login | Streams |").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Reasons_AreAllInTheTable()
    {
        var reasons = typeof(ErrorReasons).GetFields()
            .Where(static field => field.Name != nameof(ErrorReasons.Domain)).Select(static field => (string)field.GetRawConstantValue()!);
        var rows = ApiPage.RowsBelow("| Reason | Status | HTTP | Meaning |").Select(static row => row.Split('|')[1].Trim(' ', '`'));
        Assert.Equal(reasons.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    private static string RowOf(MethodDescriptor method)
    {
        var operation = CallCatalog.OperationOf(method)!;
        var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
        var routes = rule is null ? ["none"] : rule.AdditionalBindings.Prepend(rule).Select(static r => $"`{RouteOf(r)}`");
        var streams = (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (true, true) => "both ",
            (true, false) => "requests ",
            (false, true) => "answers ",
            _ => "",
        };
        return $"| `{method.Service.Name}.{method.Name}` | {string.Join(' ', routes)} | {operation.Kind.ToString().ToLowerInvariant()}s "
            + $"| {(operation.Anonymous ? "no" : "yes")} | {streams}|";
    }

    private static string RouteOf(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => $"GET {rule.Get}",
        HttpRule.PatternOneofCase.Post => $"POST {rule.Post}",
        HttpRule.PatternOneofCase.Put => $"PUT {rule.Put}",
        HttpRule.PatternOneofCase.Patch => $"PATCH {rule.Patch}",
        HttpRule.PatternOneofCase.Delete => $"DELETE {rule.Delete}",
        var other => throw new InvalidOperationException($"{other} has no column."),
    };
}
