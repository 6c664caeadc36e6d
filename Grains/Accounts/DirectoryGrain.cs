using Granary.Accounts;
using Granary.Grains.Storage;
using Orleans.Storage;

namespace Granary.Grains.Accounts;

[GrainType("granary.directory")]
internal sealed class DirectoryGrain : Grain, IDirectoryGrain
{
    /// <summary>The kind that lists the enabled administrators.</summary>
    public const string Administrators = "administrators";

    private readonly PartitionedMap<string> _names;

    public DirectoryGrain(IGrainContext context, IGrainStorage storage) => _names = new(storage, context.GrainId, "names");

    public override Task OnActivateAsync(CancellationToken cancellationToken) => _names.LoadAsync();

    public async Task AddAsync(string name, CancellationToken cancellationToken)
    {
        var key = NameRules.Fold(name);
        if (!_names.TryGet(key, out var known) || known != name) await _names.SetAsync(key, name);
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => _names.RemoveAsync(NameRules.Fold(name));

    public Task<Page<string>> ListAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var found = Paging.Take(
            _names.EnumerateFrom(page.After, page.Prefix is null ? null : NameRules.Fold(page.Prefix)), page.Size);
        return Task.FromResult(new Page<string>([.. found.Items.Select(pair => pair.Value)], found.NextAfter));
    }
}
