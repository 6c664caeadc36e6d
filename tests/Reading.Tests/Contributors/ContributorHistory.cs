using System.Text;
using Granary.Reading.Tests.Sample;

namespace Granary.Reading.Tests.Contributors;

/// <summary>Commits of people with several names and mail addresses, and a <c>.mailmap</c> with lines of all kinds, which changes on the way.</summary>
internal static class ContributorHistory
{
    /// <summary>More than fit in one message of an answer.</summary>
    public const int Crowd = 300;

    private const string First = "Early Name <early@example.org> <alias@example.org>\n";

    private const string Last =
        """
        # Who is who.
        #Commented Out <out@example.org> <plain@example.org>
        Proper Name <proper@example.org> <alias@example.org>
        <new@example.org> <old@example.org>
        Only Name <only@example.org>
        Full Name <full@example.org> Written Name <WRITTEN@example.org>
        Simple For <simple@example.org> <shared@example.org>
        Other One <other@example.org> other written <shared@example.org>
           Spaces  <spaces@example.org>   <sp@example.org>
        Empty <> <x@example.org>
        no address in this line
        Unclosed <plain@example.org
        Ærlig <ae@example.org> <ÆLIAS@example.org>
        Tab	Name <tab@example.org>	Tabbed	<tabbed@example.org> and more
        Nameless <nameless@example.org> <>
        Proper Name <proper@example.org> 山田太郎 <yamada@example.org>
        """;

    private static readonly (string Name, string Mail, int Commits)[] People =
    [
        ("Plain", "plain@example.org", 5), ("Somebody", "alias@example.org", 4), ("Somebody Else", "ALIAS@example.org", 3), ("Old", "old@example.org", 2),
        ("Whoever", "only@example.org", 6), ("written name", "written@example.org", 2), ("Another", "written@example.org", 1),
        ("Anybody", "shared@example.org", 3), ("Other Written", "shared@example.org", 3), ("Sp", "sp@example.org", 1), ("X", "x@example.org", 2),
        ("A", "ælias@example.org", 1), ("B", "ÆLIAS@example.org", 1), ("Tabbed", "tabbed@example.org", 2), ("No Mail", "", 2), ("Same", "plain@example.org", 5),
        ("Proper Name", "proper@example.org", 1),
    ];

    public static FastImport Make()
    {
        const string main = "refs/heads/main";
        var random = new Random(3);
        var import = new FastImport();
        import.Commit(main, "First commit");
        import.File("README.md", "# People\n").File(".mailmap", First);
        var order = People.SelectMany(static person => Enumerable.Repeat((person.Name, person.Mail), person.Commits))
            .Concat(Enumerable.Range(0, Crowd).Select(static i => ($"Member {i:d3}", $"member{i}@example.org"))).ToArray();
        random.Shuffle(order);
        foreach (var (name, mail) in order)
            import.Commit(main, "Work\n"u8.ToArray(), author: Encoding.UTF8.GetBytes(name), mail: mail, time: 1_500_000_000 + random.Next(50_000_000));
        var shiftJis = CodePagesEncodingProvider.Instance.GetEncoding("shift_jis")!;
        import.Commit(main, "Work\n"u8.ToArray(), encoding: "Shift_JIS", author: shiftJis.GetBytes("山田太郎"), mail: "yamada@example.org");
        var fork = import.Commit(main, "Work\n"u8.ToArray(), author: "山田太郎"u8.ToArray(), mail: "yamada@example.org");
        var side = import.Commit("refs/heads/side", "On the side\n"u8.ToArray(), [fork]);
        var one = import.Commit(main, "Who is who\n"u8.ToArray(), [fork]);
        import.File(".mailmap", Last);
        import.Commit(main, "Merge\n"u8.ToArray(), [one, side]);
        return import;
    }
}
