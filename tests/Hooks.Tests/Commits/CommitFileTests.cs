using Granary.Grains.Hooks.Commits;
using Granary.Grains.Hooks.Commits.Reading;
using Granary.Grains.Hooks.Commits.Scheduling;
using Granary.Grains.Hooks.Commits.Storage;
using Granary.Hooks.Commits;
using Granary.Projects;
using Granary.Repositories;
using Granary.Tests.Harness;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Granary.Hooks.Tests.Commits;

public sealed class CommitFileTests : IAsyncLifetime
{
    private static readonly ProjectKey Project = ProjectKey.Parse("DEMO");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly CommitFile _file;

    public CommitFileTests() => _file = new CommitFile(_folder["commits.db"], NullLogger<CommitFile>.Instance);

    public async ValueTask InitializeAsync() => await _file.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Take_WhileLeased_IsNobodyElses()
    {
        var repository = RepositoryId.New();
        await AskAsync(repository);
        var claim = Assert.Single(await TakeAsync());
        Assert.Empty(await TakeAsync());
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(repository, Assert.Single(await TakeAsync()).Repository);

        // The first one came back too late: it writes nothing and learns so.
        await using var late = new Lease(_file, claim, TimeSpan.FromSeconds(10), _time);
        Assert.False(await late.WriteAsync(session => session.Commits.Add(repository, Project, New(1))));
        Assert.True(late.Lost.IsCancellationRequested);
        Assert.Empty(await ListAsync(repository));
    }

    [Fact]
    public async Task Intake_Pushes_AreDueTogetherAfterTheDelayOfTheFirst()
    {
        var repository = RepositoryId.New();
        await AskAsync(repository);
        var known = Assert.Single(await TakeAsync());
        await _file.WriteAsync(session => session.Registrations.End(known, null));
        var intake = new CommitIntake(_file, null!, Options.Create(new CommitOptions { Delay = TimeSpan.FromSeconds(3) }), _time);
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            Assert.Empty(await TakeAsync());
            await intake.TakeAsync(new PushEvent(repository, sequence, Guid.NewGuid(), _time.GetUtcNow(), "alice", null, "http", [], []), CancellationToken.None);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(repository, Assert.Single(await TakeAsync()).Repository);
    }

    [Fact]
    public async Task Lease_WhileKept_IsRenewed()
    {
        await AskAsync(RepositoryId.New());
        await using var lease = new Lease(_file, Assert.Single(await TakeAsync()), TimeSpan.FromSeconds(9), _time);
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            var now = _time.GetUtcNow();
            await Until.HoldsAsync("it is renewed", () => _file.ReadAsync(session => session.Registrations.ReadNext(now.AddSeconds(8.5)) is not null));
        }

        Assert.Empty(await TakeAsync());
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Ask_WhileSomebodyIsAtIt_IsDueAgainAfterwards()
    {
        var repository = RepositoryId.New();
        await AskAsync(repository);
        var claim = Assert.Single(await TakeAsync());
        await _file.WriteAsync(session => session.Wanted.Add(repository, 1, "refs/heads/a", Id(1)));
        var until = (await _file.ReadAsync(session => session.Wanted.ReadUntil(repository, 10)))!.Value;
        await _file.WriteAsync(session => session.Wanted.Add(repository, 2, "refs/heads/a", Id(2)));
        await AskAsync(repository);
        await _file.WriteAsync(session =>
        {
            session.Wanted.Complete(repository, until);
            session.Registrations.End(claim, session.Wanted.Any(repository) ? _time.GetUtcNow() : null);
        });
        Assert.Single(await TakeAsync());
        Assert.Equal([Id(2)], await _file.ReadAsync(session => session.Wanted.ReadIds(repository, 2)));
        Assert.Equal([Id(1)], await _file.ReadAsync(session => session.Wanted.ReadTips(repository, 2, 10)));
    }

    [Fact]
    public async Task Complete_RefsThatMoved_AreWhereTheyWereLast()
    {
        var repository = RepositoryId.New();
        var gone = default(ObjectId);
        await _file.WriteAsync(session =>
        {
            session.Wanted.Add(repository, 1, "refs/heads/a", Id(1));
            session.Wanted.Add(repository, 1, "refs/heads/b", Id(2));
            session.Wanted.Add(repository, 2, "refs/heads/a", Id(3));
            session.Wanted.Add(repository, 3, "refs/heads/b", gone);
            session.Wanted.Add(repository, 4, "refs/heads/c", gone);
            session.Wanted.Add(repository, 5, "refs/heads/c", Id(4));
            session.Wanted.Complete(repository, 5);

            // An old event that comes again.
            session.Wanted.Add(repository, 1, "refs/heads/a", Id(1));
            session.Wanted.Complete(repository, 5);
        });
        Assert.Equal([Id(4), Id(3)], await _file.ReadAsync(session => session.Wanted.ReadTips(repository, 9, 10)));
        Assert.Equal([Id(4)], await _file.ReadAsync(session => session.Wanted.ReadTips(repository, 9, 1)));
    }

    [Fact]
    public async Task Add_CommitThatIsThere_ChangesNothing()
    {
        var repository = RepositoryId.New();
        Assert.True(await _file.WriteAsync(session => session.Commits.Add(repository, Project, New(1))));
        Assert.False(await _file.WriteAsync(session => session.Commits.Add(repository, Project, New(1))));
        Assert.Equal([Id(2)], await _file.ReadAsync(session => session.Commits.FindNew(repository, [Id(1), Id(2)])));
        Assert.Single(await ListAsync(repository));
    }

    [Fact]
    public async Task Remove_Repository_LeavesNothingOfItAndAllOfOthers()
    {
        var (gone, stays) = (RepositoryId.New(), RepositoryId.New());
        foreach (var repository in new[] { gone, stays })
        {
            await AskAsync(repository);
            await _file.WriteAsync(session =>
            {
                session.Commits.Add(repository, Project, New(1));
                session.Wanted.Add(repository, 1, "refs/heads/a", Id(1));
                session.Wanted.Complete(repository, 1);
                session.Wanted.Add(repository, 2, "refs/heads/a", Id(2));
            });
        }

        var claim = (await TakeAsync()).Single(c => c.Repository == gone);
        await using var lease = new Lease(_file, claim, TimeSpan.FromSeconds(10), _time);
        await _file.RemoveAsync(gone, CancellationToken.None);
        Assert.False(await lease.WriteAsync(session => session.Commits.Add(gone, Project, New(2))));
        await using var connection = new SqliteConnection($"Data Source={_folder["commits.db"]};Pooling=False");
        await connection.OpenAsync();
        foreach (var table in new[] { "registration", "wanted", "tip", "registered_commit", "issue" })
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A name of this list.
            command.CommandText = $"SELECT DISTINCT repository FROM {table}";
#pragma warning restore CA2100
            Assert.Equal(stays.Value.ToByteArray(), (byte[])(await command.ExecuteScalarAsync())!);
        }
    }

    private static ObjectId Id(int number) => ObjectId.Parse(number.ToString("x40", System.Globalization.CultureInfo.InvariantCulture));

    private static NewCommit New(int number)
    {
        var person = new CommitSignature("A", "a@b", DateTimeOffset.UnixEpoch);
        return new NewCommit(Id(number), new CommitObject(person, person, "x PROJ-1"), "x PROJ-1", [new IssueReference("PROJ-1", IssueAction.Mentions)]);
    }

    private Task AskAsync(RepositoryId repository) => _file.WriteAsync(session => session.Registrations.Ask(repository, _time.GetUtcNow()));

    private Task<List<RegistrationClaim>> TakeAsync() =>
        _file.WriteAsync(session => session.Registrations.Take(_time.GetUtcNow(), _time.GetUtcNow().AddSeconds(10), 10));

    private Task<List<CommitRow>> ListAsync(RepositoryId repository) => _file.ReadAsync(session => session.Lists.List(repository, new CommitQuery(10)));
}
