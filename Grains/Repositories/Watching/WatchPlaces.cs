using Granary.Git;

namespace Granary.Grains.Repositories.Watching;

/// <summary>Counts the watches of this silo, in all and of each who watches.</summary>
internal sealed class WatchPlaces(WatchOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Requester, int> _watches = [];
    private int _all;

    /// <summary>Null when it was counted; otherwise why not.</summary>
    public Refusal? TryEnter(Requester requester)
    {
        lock (_gate)
        {
            var own = _watches.GetValueOrDefault(requester);
            if (own >= options.MaxWatchesPerUser)
            {
                return new Refusal(
                    RefusalKind.ResourceExhausted, $"You watch {own} repositories already, which is the limit; end one of these watches first.");
            }

            if (_all >= options.MaxWatches)
                return new Refusal(RefusalKind.ResourceExhausted, $"{_all} watches are under way, which is the server's limit; please try again later.");
            _watches[requester] = own + 1;
            _all++;
        }

        RepositoryInstruments.Watches(1);
        return null;
    }

    public void Leave(Requester requester)
    {
        lock (_gate)
        {
            var own = _watches[requester] - 1;
            if (own == 0) _watches.Remove(requester);
            else _watches[requester] = own;
            _all--;
        }

        RepositoryInstruments.Watches(-1);
    }
}
