using System.Diagnostics.Metrics;

namespace Granary.Frontends.Requests;

/// <summary>What is measured of requests. All tags are constants: a request allocates none.</summary>
internal static class RequestInstruments
{
    private static readonly Meter Meter = new("Granary.Requests");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "granary.requests.duration", "s", "Time of requests, by protocol, verb and outcome.");

    private static readonly Counter<long> Received = Meter.CreateCounter<long>("granary.requests.received", "By", "Bytes of requests, unpacked and without headers.");

    private static readonly Counter<long> Sent = Meter.CreateCounter<long>("granary.requests.sent", "By", "Bytes of answers, without headers and texts of errors.");

    private static readonly UpDownCounter<long> Running = Meter.CreateUpDownCounter<long>("granary.requests.running", "{request}", "Requests being served.");

    public static void Began(string protocol) => Running.Add(1, Protocol(protocol));

    public static void Ended(string protocol, string verb, string outcome, TimeSpan elapsed, long received, long sent)
    {
        Running.Add(-1, Protocol(protocol));
        Duration.Record(elapsed.TotalSeconds, Protocol(protocol), Verb(verb), new("outcome", outcome));
        if (received > 0) Received.Add(received, Protocol(protocol), Verb(verb));
        if (sent > 0) Sent.Add(sent, Protocol(protocol), Verb(verb));
    }

    private static KeyValuePair<string, object?> Protocol(string protocol) => new("protocol", protocol);

    private static KeyValuePair<string, object?> Verb(string verb) => new("verb", verb);
}
