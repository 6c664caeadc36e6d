using Granary.Grains.Hooks.Commits.Scheduling;
using Granary.Repositories;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Commits.Storage;

/// <summary>The due table: which repositories have commits to register, and who is at it.</summary>
internal sealed class RegistrationTable : SqliteStatements
{
    private readonly SqliteCommand _exists;
    private readonly SqliteCommand _isDue;
    private readonly SqliteCommand _ask;
    private readonly SqliteCommand _due;
    private readonly SqliteCommand _take;
    private readonly SqliteCommand _nextAt;
    private readonly SqliteCommand _renew;
    private readonly SqliteCommand _end;
    private readonly SqliteCommand _fail;
    private readonly SqliteCommand _failures;
    private readonly SqliteCommand _count;

    public RegistrationTable(SqliteSession session)
        : base(session)
    {
        const string held = " WHERE repository = $repository AND lease = $lease";
        _exists = Prepare("SELECT 1 FROM registration WHERE repository = $repository", "$repository");
        _isDue = Prepare("SELECT 1 FROM registration WHERE repository = $repository AND next_at IS NOT NULL", "$repository");
        _ask = Prepare(
            "INSERT INTO registration (repository, next_at) VALUES ($repository, $at)"
            + " ON CONFLICT DO UPDATE SET next_at = min(coalesce(next_at, $at), $at)",
            "$repository", "$at");
        _due = Prepare(
            "SELECT repository FROM registration WHERE next_at <= $now AND leased_until <= $now ORDER BY next_at LIMIT $count", "$now", "$count");
        _take = Prepare("UPDATE registration SET leased_until = $until, lease = $lease WHERE repository = $repository", "$repository", "$lease", "$until");
        _nextAt = Prepare(
            "SELECT min(max(next_at, leased_until)) FROM registration WHERE next_at IS NOT NULL AND max(next_at, leased_until) > $now", "$now");
        _renew = Prepare("UPDATE registration SET leased_until = $until" + held, "$repository", "$lease", "$until");
        _end = Prepare("UPDATE registration SET leased_until = 0, lease = NULL, failures = 0, next_at = $next" + held, "$repository", "$lease", "$next");
        _fail = Prepare(
            "UPDATE registration SET leased_until = 0, lease = NULL, failures = failures + 1, next_at = $next" + held, "$repository", "$lease", "$next");
        _failures = Prepare("SELECT failures FROM registration WHERE repository = $repository", "$repository");
        _count = Prepare("SELECT count(*) FROM registration WHERE next_at IS NOT NULL");
    }

    /// <summary>Whether anything of the repository was ever registered, or asked to be.</summary>
    public bool Exists(RepositoryId repository) => Bind(_exists, Columns.Of(repository)).ExecuteScalar() is not null;

    public bool IsDue(RepositoryId repository) => Bind(_isDue, Columns.Of(repository)).ExecuteScalar() is not null;

    /// <summary>Makes it due then, if it is not due before.</summary>
    public void Ask(RepositoryId repository, DateTimeOffset at) => Bind(_ask, Columns.Of(repository), Columns.Of(at)).ExecuteNonQuery();

    /// <summary>Takes on those that have waited longest; until the lease is over nobody else does.</summary>
    public List<RegistrationClaim> Take(DateTimeOffset now, DateTimeOffset until, int count)
    {
        var claims = new List<RegistrationClaim>();
        using (var reader = Bind(_due, Columns.Of(now), count).ExecuteReader())
        {
            while (reader.Read()) claims.Add(new RegistrationClaim(reader.Repository(0), Guid.NewGuid()));
        }

        foreach (var claim in claims) Bind(_take, Columns.Of(claim.Repository), Columns.Of(claim.Lease), Columns.Of(until)).ExecuteNonQuery();
        return claims;
    }

    /// <summary>When something is due next that is not yet.</summary>
    public DateTimeOffset? ReadNext(DateTimeOffset now) =>
        Bind(_nextAt, Columns.Of(now)).ExecuteScalar() is long at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>False: the repository went, or somebody else has it.</summary>
    public bool Renew(RegistrationClaim claim, DateTimeOffset until) =>
        Bind(_renew, Columns.Of(claim.Repository), Columns.Of(claim.Lease), Columns.Of(until)).ExecuteNonQuery() > 0;

    /// <summary>Gives it back; with null there is nothing more to do.</summary>
    public void End(RegistrationClaim claim, DateTimeOffset? next) =>
        Bind(_end, Columns.Of(claim.Repository), Columns.Of(claim.Lease), next is { } at ? Columns.Of(at) : null).ExecuteNonQuery();

    public void Fail(RegistrationClaim claim, DateTimeOffset next) =>
        Bind(_fail, Columns.Of(claim.Repository), Columns.Of(claim.Lease), Columns.Of(next)).ExecuteNonQuery();

    /// <summary>How often it failed in a row.</summary>
    public int CountFailures(RepositoryId repository) => Bind(_failures, Columns.Of(repository)).ExecuteScalar() is long count ? (int)count : 0;

    /// <summary>Repositories that wait or are worked at.</summary>
    public long CountDue() => (long)_count.ExecuteScalar()!;
}
