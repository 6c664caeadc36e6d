using System.Text;
using Google.Protobuf;
using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Objects;

/// <summary>Many objects over one call, beside <c>git cat-file --batch</c>.</summary>
public sealed class ReadObjectsTests(ReadingServer server)
{
    private static readonly string[] Names =
    [
        "main", "HEAD", "main:", "main:src", "main:src/a.txt", "absent", "main:link", "nested", "v1.0", "v1.0:README.md", "of-tree", "of-tree:data.bin", "of-blob",
        "main:absent", "main:README.md/below", "refs/heads/main:empty", "side", "1234567890123456789012345678901234567890", "main:big",
        "absent:README.md", "of-blob:README.md",
    ];

    [Fact]
    public async Task Names_OfAllKinds_AreAnsweredInOrderAsGitDoes()
    {
        var expected = await server.Git.FeedForBytesAsync(string.Join('\n', Names) + "\n", "cat-file", "--batch");
        Assert.Equal(expected, Batch(Names, await ReadAsync(Names)));
    }

    [Fact]
    public async Task EveryObject_OfTheRepository_IsAsInGit()
    {
        // What no ref leads to was not pushed.
        var ids = (await server.Git.RunAsync("rev-list", "--objects", "--no-object-names", "main", "side", "v1.0", "nested")).Split('\n');
        var expected = await server.Git.FeedForBytesAsync(string.Join('\n', ids) + "\n", "cat-file", "--batch");
        Assert.True(ids.Length > 1000);
        Assert.Equal(expected, Batch(ids, await ReadAsync(ids)));
    }

    [Fact]
    public async Task NextQuery_AfterAnAnswer_IsAnsweredOnTheSameCall()
    {
        using var call = new ObjectService.ObjectServiceClient(server.Channel).ReadObjects(server.Login);
        await call.RequestStream.WriteAsync(ObjectCalls.Header());
        foreach (var (name, text) in new[] { ("main:README.md", "# Sample\n"), ("main:src/deep/er/b.txt", "b\n") })
        {
            await call.RequestStream.WriteAsync(ObjectCalls.Query(name));
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal((ObjectInfo.Types.Type.Blob, text.Length), (call.ResponseStream.Current.Info.Type, call.ResponseStream.Current.Info.Size));
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(text, call.ResponseStream.Current.Data.ToStringUtf8());
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task Object_LargerThanAskedFor_IsToldAndNotSent()
    {
        var answers = await ObjectCalls.ReadAsync(
            server, ObjectCalls.Header(maxSize: 1000), [ObjectCalls.Query("main:data.bin"), ObjectCalls.Query("main:README.md")]);
        Assert.Equal([(true, 200_000L, 0), (false, 9L, 9)], answers.Select(static a => (a.Message.Info.TooLarge, a.Message.Info.Size, a.Bytes.Length)));
    }

    [Fact]
    public async Task NoContent_GivesTypeAndSizeAlone()
    {
        var expected = await server.Git.FeedAsync(string.Join('\n', Names) + "\n", "cat-file", "--batch-check");
        var answers = await ObjectCalls.ReadAsync(server, ObjectCalls.Header(noContent: true), Names.Select(ObjectCalls.Query));
        Assert.Equal(expected.Split('\n'), answers.Select((answer, i) => Line(Names[i], answer.Message)));
        Assert.All(answers, static a => Assert.Empty(a.Bytes));
    }

    [Fact]
    public async Task OddPath_IsFoundByItsBytes()
    {
        var query = new ReadObjectsRequest { Query = new() { Name = "main", RawPath = ByteString.CopyFrom(SampleRepository.OddPath) } };
        Assert.Equal("coffee\n"u8.ToArray(), Assert.Single(await ObjectCalls.ReadAsync(server, ObjectCalls.Header(), [query])).Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("main:../packed-refs")]
    [InlineData("main:a\0b")]
    public async Task Name_ThatCanBeNone_IsMissingAndTheNextOneIsAnswered(string name)
    {
        var answers = await ReadAsync([name, "main:README.md"]);
        Assert.Equal(MissingObject.Types.Reason.InvalidName, answers[0].Message.Missing.Reason);
        Assert.Equal("# Sample\n"u8.ToArray(), answers[1].Bytes);
    }

    [Fact]
    public async Task Submodule_IsMissing()
    {
        var missing = Assert.Single(await ReadAsync(["main:module"])).Message.Missing;
        Assert.Equal(MissingObject.Types.Reason.NotFound, missing.Reason);
        Assert.Contains("submodule", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_WithoutAHeaderOrWithTwo_IsInvalid()
    {
        Assert.Equal(StatusCode.InvalidArgument, await RefusedAsync(ObjectCalls.Query("main")));
        Assert.Equal(StatusCode.InvalidArgument, await RefusedAsync(ObjectCalls.Header(), ObjectCalls.Header()));
        Assert.Equal(StatusCode.InvalidArgument, await RefusedAsync(ObjectCalls.Header(maxSize: -1)));
    }

    [Fact]
    public async Task Repository_ThatIsNone_IsNotFound() => Assert.Equal(StatusCode.NotFound, await RefusedAsync(ObjectCalls.Header("absent"), ObjectCalls.Query("main")));

    private async Task<StatusCode> RefusedAsync(ReadObjectsRequest header, params ReadObjectsRequest[] queries) =>
        (await Assert.ThrowsAsync<RpcException>(() => ObjectCalls.ReadAsync(server, header, queries))).StatusCode;

    private Task<List<ObjectAnswer>> ReadAsync(IEnumerable<string> names) => ObjectCalls.ReadAsync(server, ObjectCalls.Header(), names.Select(ObjectCalls.Query));

    /// <summary>The answers as git writes them.</summary>
    private static byte[] Batch(string[] names, List<ObjectAnswer> answers)
    {
        Assert.Equal(Enumerable.Range(0, names.Length).Select(static i => (long)i), answers.Select(static a => a.Index));
        using var output = new MemoryStream();
        foreach (var answer in answers)
        {
            output.Write(Encoding.UTF8.GetBytes(Line(names[answer.Index], answer.Message) + "\n"));
            if (answer.Message.Info is not null) output.Write([.. answer.Bytes, (byte)'\n']);
        }

        return output.ToArray();
    }

    private static string Line(string name, ReadObjectsResponse message) => message.Info is { } info
        ? $"{info.ObjectId} {(info.Type switch { ObjectInfo.Types.Type.Commit => "commit", ObjectInfo.Types.Type.Tree => "tree", ObjectInfo.Types.Type.Blob => "blob", _ => "tag" })} {info.Size}"
        : $"{name} missing";
}
