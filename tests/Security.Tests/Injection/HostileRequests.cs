using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Granary.Security.Tests.Rights;

namespace Granary.Security.Tests.Injection;

/// <summary>Requests of a call with one hostile text in one place: each field of text, at any depth, is such a place.</summary>
internal static class HostileRequests
{
    private const int MaxDepth = 4;

    public static IEnumerable<IMessage> Of(MethodDescriptor method, string project, string repository, string value)
    {
        foreach (var place in Places(method.InputType, MaxDepth))
        {
            var request = SampleRequests.Of(method, project, repository);
            Put(request, place, value);
            yield return request;
        }
    }

    public static IEnumerable<FieldDescriptor[]> Places(MessageDescriptor message, int depth = MaxDepth)
    {
        foreach (var field in message.Fields.InDeclarationOrder().Where(static f => !f.IsMap))
        {
            if (field.FieldType is FieldType.String or FieldType.Bytes) yield return [field];
            if (field.FieldType != FieldType.Message || depth == 0) continue;
            foreach (var inner in Places(field.MessageType, depth - 1)) yield return [field, .. inner];
        }
    }

    private static void Put(IMessage message, ReadOnlySpan<FieldDescriptor> place, string value)
    {
        var field = place[0];
        if (place.Length == 1)
        {
            object text = field.FieldType == FieldType.Bytes ? ByteString.CopyFromUtf8(value) : value;
            if (field.IsRepeated) ((System.Collections.IList)field.Accessor.GetValue(message)).Add(text);
            else field.Accessor.SetValue(message, text);
            return;
        }

        var inner = (field.IsRepeated ? null : (IMessage?)field.Accessor.GetValue(message)) ?? field.MessageType.Parser.ParseFrom([]);
        Put(inner, place[1..], value);
        if (field.IsRepeated) ((System.Collections.IList)field.Accessor.GetValue(message)).Add(inner);
        else field.Accessor.SetValue(message, inner);
    }
}
