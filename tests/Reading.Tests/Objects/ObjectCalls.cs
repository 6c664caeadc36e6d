using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Objects;

/// <param name="Message">The beginning: what was found, or that there is nothing.</param>
/// <param name="Bytes">All pieces.</param>
internal sealed record ObjectAnswer(ReadObjectsResponse Message, byte[] Bytes)
{
    public long Index => Message.Info?.Index ?? Message.Missing.Index;
}

/// <summary>Calls of <c>ReadObjects</c> as a client makes them.</summary>
internal static class ObjectCalls
{
    public static ReadObjectsRequest Header(string repository = ReadingServer.Repository, long maxSize = 0, bool noContent = false) => new()
    {
        Header = new() { Project = ReadingServer.Project, Repository = repository, MaxSize = maxSize, NoContent = noContent },
    };

    public static ReadObjectsRequest Query(string name) => new() { Query = new() { Name = name } };

    /// <summary>Sends everything without waiting, and takes the answers meanwhile.</summary>
    public static async Task<List<ObjectAnswer>> ReadAsync(ReadingServer server, ReadObjectsRequest header, IEnumerable<ReadObjectsRequest> queries)
    {
        using var call = new ObjectService.ObjectServiceClient(server.Channel).ReadObjects(server.Login);
        var sending = SendAsync(call.RequestStream, [header, .. queries]);
        var answers = new List<ObjectAnswer>();
        while (await call.ResponseStream.MoveNext(default))
        {
            var message = call.ResponseStream.Current;
            if (message.PartCase != ReadObjectsResponse.PartOneofCase.Data) answers.Add(new ObjectAnswer(message, []));
            else answers[^1] = answers[^1] with { Bytes = [.. answers[^1].Bytes, .. message.Data] };
        }

        await sending;
        return answers;
    }

    private static async Task SendAsync(IClientStreamWriter<ReadObjectsRequest> stream, IEnumerable<ReadObjectsRequest> requests)
    {
        foreach (var request in requests) await stream.WriteAsync(request);
        await stream.CompleteAsync();
    }
}
