using System.IO.Pipelines;
using Granary.Repositories;

namespace Granary.Git.Committing;

/// <summary>The silo's way to make tag objects.</summary>
public interface ITagDrafts
{
    /// <summary>Makes a tag object that nothing refers to yet; disposing the draft leaves nothing behind.</summary>
    Task<ITagDraft> MakeAsync(RepositoryId repository, NewTag tag);
}

public interface ITagDraft : IAsyncDisposable
{
    ObjectId Id { get; }

    /// <summary>The tag in a pack, once.</summary>
    PipeReader OpenPack();
}

/// <param name="Name">Without <c>refs/tags/</c>.</param>
/// <param name="Target">What is tagged.</param>
/// <param name="Kind">What that is, in git's word.</param>
/// <param name="Tagger">Who does it.</param>
/// <param name="Message">Why.</param>
public sealed record NewTag(string Name, ObjectId Target, string Kind, CommitSignature Tagger, string Message);
