using Granary.Grains.Git.Journal;

namespace Granary.Grains.Tests.Git;

public sealed class RefJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Append_ManyPushes_AscendsOverSegments()
    {
        var journal = Open(segmentSize: 500);
        var pushes = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var push in pushes) Commit(journal, push);
        Assert.True(Segments().Length > 4);
        var other = Open();
        Assert.Equal(20, other.LastSequence);
        Assert.Null(other.OpenIntent);
        Assert.Equal(Enumerable.Range(1, 20).Select(static i => (long)i), Intents());
        Assert.Equal(20, other.FindCommitted(pushes[19])!.Sequence);
    }

    [Fact]
    public void MayHave_PushOfThePreviousSegment_IsStillKnown()
    {
        var journal = Open(segmentSize: 300);
        Commit(journal, Guid.NewGuid());
        var @void = Guid.NewGuid();
        journal.AppendVoid(@void);
        for (var before = Segments().Length; Segments().Length == before;) Commit(journal, Guid.NewGuid());
        Assert.True(journal.MayHave(@void));
        Assert.True(Open().MayHave(@void));
    }

    [Fact]
    public void FindCommitted_AbortedOrUnknown_IsNull()
    {
        var journal = Open();
        var (aborted, committed) = (Guid.NewGuid(), Guid.NewGuid());
        journal.AppendIntent(Intent(journal, aborted));
        journal.AppendClose(committed: false);
        Commit(journal, committed);
        Assert.Null(journal.FindCommitted(aborted));
        Assert.Null(journal.FindCommitted(Guid.NewGuid()));
        Assert.Equal(2, journal.FindCommitted(committed)!.Sequence);
        Assert.True(journal.MayHave(aborted));
    }

    // After a failed fsync the kernel takes the pages for clean, whatever became of them.
    [Theory]
    [InlineData(8 << 20)]
    [InlineData(1)]
    public void AppendIntent_CloseBeforeItWasLostByTheKernel_WritesItAgain(long segmentSize)
    {
        var journal = Open(segmentSize);
        journal.AppendIntent(Intent(journal, Guid.NewGuid()));
        var segment = Segments()[0];
        var synced = new FileInfo(segment).Length;
        journal.AppendClose(committed: true);
        var whole = File.ReadAllBytes(segment);
        File.WriteAllBytes(segment, [.. whole.AsSpan(0, (int)synced), .. new byte[whole.Length - synced]]);
        journal.AppendIntent(Intent(journal, Guid.NewGuid()));
        Assert.Equal(whole, File.ReadAllBytes(segment)[..whole.Length]);
    }

    [Fact]
    public void AppendIntent_LastIsOpen_Throws()
    {
        var journal = Open();
        journal.AppendIntent(Intent(journal, Guid.NewGuid()));
        Assert.Throws<InvalidOperationException>(() => journal.AppendIntent(Intent(journal, Guid.NewGuid())));
    }

    [Fact]
    public void Refresh_EveryCutOfTheLastLine_DropsItAndGoesOn()
    {
        var journal = Open();
        Commit(journal, Guid.NewGuid());
        var whole = File.ReadAllBytes(Segments()[0]);
        journal.AppendIntent(Intent(journal, Guid.NewGuid()));
        var segment = Segments()[0];
        var torn = File.ReadAllBytes(segment);
        for (var length = whole.Length; length < torn.Length; length += 7)
        {
            File.WriteAllBytes(segment, torn[..length]);
            var next = Open();
            Assert.Equal(1, next.LastSequence);
            Assert.Null(next.OpenIntent);
            Assert.Equal(whole, File.ReadAllBytes(segment));
            Commit(next, Guid.NewGuid());
            Assert.Equal([1L, 2L], Intents());
        }
    }

    [Fact]
    public void Refresh_FlippedByteAnywhere_LosesNoLaterRecordAndReusesNoSequence()
    {
        var journal = Open();
        var last = Guid.NewGuid();
        for (var i = 0; i < 4; i++) Commit(journal, Guid.NewGuid());
        Commit(journal, last);
        var segment = Segments()[0];
        var whole = File.ReadAllBytes(segment);
        var lines = whole.Count(static b => b == '\n');
        var lastLines = whole.AsSpan(0, whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n')).LastIndexOf((byte)'\n') + 1;
        for (var position = 0; position < lastLines; position += 5)
        {
            var broken = whole.ToArray();
            broken[position] ^= 0x20;
            File.WriteAllBytes(segment, broken);
            var next = Open();
            Assert.Equal(5, next.LastSequence);
            Assert.Equal(5, next.FindCommitted(last)!.Sequence);
            Assert.Equal(whole.Length, new FileInfo(segment).Length);
            Commit(next, Guid.NewGuid());
            Assert.Equal(6, Open().LastSequence);
        }

        Assert.Equal(10, lines);
    }

    [Fact]
    public void Refresh_EmptyFirstSegment_BeginsAtOne()
    {
        File.WriteAllBytes(_folder.File("0000000000000000.log"), []);
        var journal = Open();
        Commit(journal, Guid.NewGuid());
        Assert.Equal([1L], Intents());
    }

    [Fact]
    public void Refresh_AnotherActivationAppended_TakesItUp()
    {
        var (one, two) = (Open(segmentSize: 400), Open(segmentSize: 400));
        for (var i = 0; i < 20; i++)
        {
            var journal = i % 3 == 0 ? one : two;
            journal.Refresh();
            Assert.Equal(i, journal.LastSequence);
            var push = Guid.NewGuid();
            Commit(journal, push);
            var other = i % 3 == 0 ? two : one;
            other.Refresh();
            Assert.True(other.MayHave(push));
            Assert.Equal(i + 1, other.FindCommitted(push)!.Sequence);
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(static i => (long)i), Intents());
    }

    [Fact]
    public void Refresh_IntentOfAnotherWithoutClose_IsOpen()
    {
        var (one, two) = (Open(), Open());
        Commit(one, Guid.NewGuid());
        two.Refresh();
        var push = Guid.NewGuid();
        one.AppendIntent(Intent(one, push));
        two.Refresh();
        Assert.Equal(push, two.OpenIntent!.PushId);
        two.AppendClose(committed: true);
        one.Refresh();
        Assert.Null(one.OpenIntent);
        Assert.NotNull(one.FindCommitted(push));
    }

    private RefJournal Open(long segmentSize = 1 << 20)
    {
        var journal = new RefJournal(_folder.Path, segmentSize);
        journal.Refresh();
        return journal;
    }

    private static void Commit(RefJournal journal, Guid push)
    {
        journal.AppendIntent(Intent(journal, push));
        journal.AppendClose(committed: true);
    }

    private static JournalRecord Intent(RefJournal journal, Guid push) => new()
    {
        Kind = JournalRecord.Intent,
        Sequence = journal.LastSequence + 1,
        PushId = push,
        Updates = [new JournalUpdate("refs/heads/a", new string('0', 40), new string('1', 40))],
    };

    private string[] Segments() => [.. Directory.EnumerateFiles(_folder.Path).Order(StringComparer.Ordinal)];

    private IEnumerable<long> Intents() => JournalLines.Intents(_folder.Path);
}
