using System.Text;
using Granary.Git.Reading;
using Granary.Git.Reading.Contributors;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.Text;

namespace Granary.Grains.Git.Reading.Contributors;

/// <summary>
/// Counts commits by who wrote them. Until the end an author is bytes, as the commit has them: a history has few different ones, so that
/// decoding is done once for each.
/// </summary>
internal sealed class AuthorCount(int maxAuthors)
{
    private readonly Dictionary<string, Tally> _tallies = [];

    /// <summary>Whether there are more authors than may be told apart.</summary>
    public bool IsLimited { get; private set; }

    public void Add(ReadOnlySpan<byte> commit)
    {
        ReadOnlySpan<byte> author = default, encoding = default;
        var headers = new ObjectHeaders(commit);
        while (headers.MoveNext())
        {
            if (headers.Name.SequenceEqual("author"u8)) author = headers.Value;
            else if (headers.Name.SequenceEqual("encoding"u8)) encoding = headers.Value;
        }

        var who = author[..(author.LastIndexOf((byte)'>') + 1)];
        var key = $"{Encoding.Latin1.GetString(encoding)}\n{Encoding.Latin1.GetString(who)}";
        if (!_tallies.TryGetValue(key, out var tally))
        {
            if (_tallies.Count >= maxAuthors)
            {
                IsLimited = true;
                return;
            }

            _tallies.Add(key, tally = new Tally(CommitParser.ReadPerson(author, CommitEncoding.Find(encoding))));
        }

        tally.Add(CommitParser.TimeOfPerson(author));
    }

    /// <summary>Those who are the same person are one.</summary>
    public List<Contributor> Finish(Mailmap mailmap)
    {
        var people = new Dictionary<(string Name, string Mail), Contributor>();
        foreach (var tally in _tallies.Values)
        {
            var who = mailmap.Map(tally.Author.Name, tally.Author.Mail);
            people[who] = people.TryGetValue(who, out var known)
                ? known with
                {
                    CommitCount = known.CommitCount + tally.Count,
                    First = Math.Min(known.First, tally.First),
                    Last = Math.Max(known.Last, tally.Last),
                }
                : new Contributor(who.Name, who.Mail, tally.Count, tally.First, tally.Last);
        }

        var list = people.Values.ToList();
        list.Sort(static (one, other) =>
            one.CommitCount != other.CommitCount ? other.CommitCount.CompareTo(one.CommitCount) : string.CompareOrdinal(LineOf(one), LineOf(other)));
        return list;
    }

    private static string LineOf(Contributor person) => $"{person.Name} <{person.Mail}>";

    private sealed class Tally(Person author)
    {
        public Person Author { get; } = author;

        public int Count { get; private set; }

        public long First { get; private set; } = long.MaxValue;

        public long Last { get; private set; } = long.MinValue;

        public void Add(long time)
        {
            Count++;
            (First, Last) = (Math.Min(First, time), Math.Max(Last, time));
        }
    }
}
