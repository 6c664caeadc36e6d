using Granary.Grains.Repositories.Policy;

namespace Granary.Grains.Tests.Repositories.Policy;

/// <summary>The size of a repository's packs, counted once whoever looks meanwhile.</summary>
public sealed class PackFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("granary-packs-");

    [Fact]
    public void Add_NobodyMeasuredSince_AddsWhatWasMovedIn()
    {
        var packs = new PackFolder(_folder.FullName);
        var before = packs.Measure();
        Write("pack-a.pack", 100);
        Assert.Equal(100, packs.Add(before, 100));
        Assert.Equal(100, packs.Measure());
    }

    [Fact]
    public void Add_SomebodyMeasuredTheNewPack_CountsItOnce()
    {
        var packs = new PackFolder(_folder.FullName);
        var before = packs.Measure();
        Write("pack-a.pack", 100);
        Assert.Equal(100, packs.Measure());
        Assert.Equal(100, packs.Add(before, 100));
        Assert.Equal(100, packs.Measure());
    }

    [Fact]
    public void Measure_PackRemoved_SaysSo()
    {
        Write("pack-a.pack", 100);
        var packs = new PackFolder(_folder.FullName);
        Assert.Equal(100, packs.Measure());
        File.Delete(Path.Combine(_folder.FullName, "pack-a.pack"));
        Assert.Equal(0, packs.Measure());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The folder's time of change gets another value whatever the clock's grain.</summary>
    private void Write(string name, int size)
    {
        var last = _folder.LastWriteTimeUtc;
        File.WriteAllBytes(Path.Combine(_folder.FullName, name), new byte[size]);
        Directory.SetLastWriteTimeUtc(_folder.FullName, last.AddSeconds(1));
        _folder.Refresh();
    }
}
