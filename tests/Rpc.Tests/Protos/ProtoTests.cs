using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using Granary.Frontends.Rpc.Login;
using Granary.V1;

namespace Granary.Frontends.Rpc.Tests.Protos;

/// <summary>What every call of the API must have, and the list of JSON routes, which scripts rely on.</summary>
public sealed partial class ProtoTests
{
    private static IEnumerable<MethodDescriptor> Methods =>
        CallCatalog.Files.SelectMany(file => file.Services).SelectMany(service => service.Methods);

    [Fact]
    public void Calls_HaveMessagesOfTheirOwn() => Assert.All(Methods, method =>
    {
        Assert.Equal(method.Name + "Request", method.InputType.Name);
        Assert.Equal(method.Name + "Response", method.OutputType.Name);
    });

    [Fact]
    public void Calls_SayInTheirOptionAndComment_WhetherTheyReadWriteOrMaintain()
    {
        var sources = CallCatalog.Files.ToDictionary(file => file.Name, file => ReadResource(Path.GetFileName(file.Name)));
        Assert.All(Methods, method =>
        {
            var kind = CallCatalog.OperationOf(method)?.Kind;
            var word = kind switch
            {
                Operation.Types.Kind.Read => "Reads.",
                Operation.Types.Kind.Write => "Writes.",
                Operation.Types.Kind.Maintain => "Maintains.",
                _ => "nothing",
            };
            var comment = CommentOf(sources[method.File.Name], method.Name);
            Assert.True(comment.Contains(word, StringComparison.Ordinal), $"{method.FullName}: '{comment}' does not say '{word}'");
        });
    }

    [Fact]
    public void Calls_WithoutLogin_OnlyRead() => Assert.All(
        Methods.Where(method => CallCatalog.AllowsAnonymous($"/{method.Service.FullName}/{method.Name}")),
        method => Assert.Equal(Operation.Types.Kind.Read, CallCatalog.OperationOf(method)!.Kind));

    [Fact]
    public void Routes_AreThoseThatScriptsRelyOn()
    {
        // JSON has no form of a call whose requests are a stream.
        var routes = Methods.Where(method => !method.IsClientStreaming).SelectMany(method => RulesOf(method).Select(rule => $"{RouteOf(rule)} {method.FullName["granary.v1.".Length..]}"));
        Assert.Equal(ReadResource("Routes.txt").Trim(), string.Join('\n', routes));
    }

    private static IEnumerable<HttpRule> RulesOf(MethodDescriptor method)
    {
        var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
        Assert.True(rule is not null, $"{method.FullName} has no JSON route");
        return [rule, .. rule.AdditionalBindings];
    }

    private static string RouteOf(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => "GET " + rule.Get,
        HttpRule.PatternOneofCase.Put => "PUT " + rule.Put,
        HttpRule.PatternOneofCase.Post => "POST " + rule.Post,
        HttpRule.PatternOneofCase.Patch => "PATCH " + rule.Patch,
        HttpRule.PatternOneofCase.Delete => "DELETE " + rule.Delete,
        _ => "?",
    };

    private static string CommentOf(string source, string method) =>
        CallPattern().Matches(source).Single(match => match.Groups["name"].Value == method).Groups["comment"].Value;

    private static string ReadResource(string name)
    {
        using var reader = new StreamReader(typeof(ProtoTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"(?<comment>(^ *//[^\n]*\n)+) *rpc (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CallPattern();
}
