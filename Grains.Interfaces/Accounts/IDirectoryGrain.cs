namespace Granary.Accounts;

/// <summary>
/// The sorted list of names of one kind, for listing: key <see cref="Users"/> or <see cref="Projects"/>. A name is entered
/// before its owner is made and removed after it is gone, so a reader skips names whose grain says there is nothing.
/// </summary>
[Alias("granary.IDirectoryGrain"), GrainInterfaceType("granary.directory")]
public interface IDirectoryGrain : IGrainWithStringKey
{
    const string Users = "users";
    const string Projects = "projects";

    [Alias("Add")]
    Task AddAsync(string name, CancellationToken cancellationToken);

    [Alias("Remove")]
    Task RemoveAsync(string name, CancellationToken cancellationToken);

    /// <summary>Names as typed, sorted by their folded form.</summary>
    [Alias("List")]
    Task<Page<string>> ListAsync(PageRequest page, CancellationToken cancellationToken);
}
