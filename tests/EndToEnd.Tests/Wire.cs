using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests;

/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body as Latin-1, so that every byte is there.</param>
/// <param name="Headers">Names in lower case.</param>
internal sealed record HttpReply(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers);

/// <summary>Hand-made git requests: what real git would never send, or what a test wants to see byte by byte.</summary>
internal static class Wire
{
    public const string UploadPack = "git-upload-pack";
    public const string ReceivePack = "git-receive-pack";
    public const string Zero = "0000000000000000000000000000000000000000";

    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };

    public static AuthenticationHeaderValue MemberLogin { get; } = Api.Basic(SharedServer.Member, SharedServer.MemberPassword);

    public static byte[] Flush => "0000"u8.ToArray();

    /// <summary>A v2 ls-refs of everything.</summary>
    public static byte[] LsRefs => [.. Pkt("command=ls-refs\n"), .. "0001"u8, .. Pkt("peel\n"), .. Pkt("symrefs\n"), .. "0000"u8];

    /// <summary>A pack of no objects.</summary>
    public static byte[] EmptyPack => WithTrailer([.. "PACK"u8, 0, 0, 0, 2, 0, 0, 0, 0]);

    public static byte[] Pkt(string line) => Pkt(Encoding.UTF8.GetBytes(line));

    public static byte[] Pkt(ReadOnlySpan<byte> payload) =>
        [.. Encoding.ASCII.GetBytes((payload.Length + 4).ToString("x4", CultureInfo.InvariantCulture)), .. payload];

    /// <summary>The payloads of the packets up to the first flush.</summary>
    public static IEnumerable<string> Packets(string text)
    {
        for (var at = 0; ;)
        {
            var length = int.Parse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (length == 0) yield break;
            yield return text.Substring(at + 4, length - 4);
            at += length;
        }
    }

    /// <summary>One command, a flush, and the pack.</summary>
    public static byte[] Push(string old, string @new, string refName, byte[] pack, string capabilities = "report-status") =>
        [.. Pkt($"{old} {@new} {refName}\0 {capabilities}"), .. Flush, .. pack];

    /// <summary>The pack with the hash at its end that belongs to what is before it.</summary>
    public static byte[] WithTrailer(byte[] packWithoutTrailer)
    {
#pragma warning disable CA5350 // The format's own hash.
        return [.. packWithoutTrailer, .. SHA1.HashData(packWithoutTrailer)];
#pragma warning restore CA5350
    }

    /// <summary>The pack with another number of objects in its header, and a right trailer.</summary>
    public static byte[] WithCount(byte[] pack, int count)
    {
        var body = pack[..^20];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(8), count);
        return WithTrailer(body);
    }

    /// <summary>All objects of a repository as a pack.</summary>
    public static async Task<byte[]> PackAllAsync(Git work) => (await work.TryAsync("pack-objects", "--all", "--stdout", "-q")).OutputBytes;

    public static Task<HttpReply> GetAsync(
        string url, AuthenticationHeaderValue? login = null, Action<HttpRequestMessage>? change = null) =>
        SendAsync(HttpMethod.Get, url, null, login, change);

    /// <summary>POST to <c>URL/service</c> with the content type that belongs to the service.</summary>
    public static Task<HttpReply> PostAsync(
        string url, string service, byte[] body, AuthenticationHeaderValue? login = null, Action<HttpRequestMessage>? change = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue($"application/x-{service}-request");
        return SendAsync(HttpMethod.Post, $"{url}/{service}", content, login, change);
    }

    public static void Speak2(HttpRequestMessage request) => request.Headers.Add("Git-Protocol", "version=2");

    private static async Task<HttpReply> SendAsync(
        HttpMethod method, string url, HttpContent? content, AuthenticationHeaderValue? login, Action<HttpRequestMessage>? change)
    {
        using var request = new HttpRequestMessage(method, new Uri(url)) { Content = content };
        request.Headers.Authorization = login;
        change?.Invoke(request);
        using var answer = await Client.SendAsync(request);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .ToDictionary(static h => h.Key.ToLowerInvariant(), static h => string.Join(", ", h.Value), StringComparer.Ordinal);
        return new HttpReply(answer.StatusCode, Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync()), headers);
    }
}
