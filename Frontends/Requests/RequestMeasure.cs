namespace Granary.Frontends.Requests;

/// <summary>
/// Measures a request from <see cref="Begin"/> to <see cref="End"/>; on a connection that carries several, one after the other.
/// </summary>
/// <param name="protocol">Of <see cref="RequestProtocol"/>.</param>
/// <param name="time">The clock.</param>
public sealed class RequestMeasure(string protocol, TimeProvider time)
{
    private string _outcome = RequestOutcome.Ok;
    private long _began;
    private bool _isRunning;

    /// <summary>Of <see cref="RequestVerb"/>; may become more exact while the request is read.</summary>
    public string Verb { get; set; } = RequestVerb.Unknown;

    /// <summary>Bytes of the request so far.</summary>
    public long Received { get; set; }

    /// <summary>Bytes of the answer so far.</summary>
    public long Sent { get; set; }

    public void Begin(string verb)
    {
        End();
        Verb = verb;
        _outcome = RequestOutcome.Ok;
        _began = time.GetTimestamp();
        _isRunning = true;
        RequestInstruments.Began(protocol);
    }

    /// <summary>
    /// It ends otherwise than well; the first reason counts. Between requests a client may go, and break the protocol only with
    /// the next one.
    /// </summary>
    public void Fail(string outcome)
    {
        if (!_isRunning)
        {
            if (outcome == RequestOutcome.ClientGone) return;
            Begin(Verb);
        }

        if (_outcome == RequestOutcome.Ok) _outcome = outcome;
    }

    /// <summary>Does nothing between requests.</summary>
    public void End()
    {
        if (!_isRunning) return;
        _isRunning = false;
        RequestInstruments.Ended(protocol, Verb, _outcome, time.GetElapsedTime(_began), Received, Sent);
        (Received, Sent) = (0, 0);
    }
}
