namespace Granary.Grains.Git.Committing;

/// <summary>The two files of a commit in the making: the content that is coming, and the objects that are made.</summary>
internal sealed class DraftFiles : IDisposable
{
    private readonly FileStream _content;

    /// <param name="folder">On the repository's volume.</param>
    public DraftFiles(string folder)
    {
        _content = SpoolFile.Create(folder);
        Pack = new PackBody(SpoolFile.Create(folder));
    }

    public PackBody Pack { get; }

    /// <summary>The content that came last, to be written or read from its beginning.</summary>
    public FileStream Content
    {
        get
        {
            _content.Position = 0;
            return _content;
        }
    }

    public void Dispose()
    {
        _content.Dispose();
        Pack.Dispose();
    }
}
