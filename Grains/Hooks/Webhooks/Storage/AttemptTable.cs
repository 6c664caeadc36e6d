using System.Text.Json;
using Granary.Hooks.Webhooks;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Webhooks.Storage;

/// <summary>The log of attempts: what was sent and what came back.</summary>
internal sealed class AttemptTable : SqliteStatements
{
    private readonly SqliteCommand _add;
    private readonly SqliteCommand _list;
    private readonly SqliteCommand _cut;

    public AttemptTable(SqliteSession session)
        : base(session)
    {
        _add = Prepare(
            "INSERT INTO attempt (delivery, number, started_at, duration, outcome, status, error, url, request_headers, response_headers, response_body, cut)"
            + " VALUES ($delivery, $number, $started, $duration, $outcome, $status, $error, $url, $request, $response, $body, $cut)"
            + " ON CONFLICT DO NOTHING",
            "$delivery", "$number", "$started", "$duration", "$outcome", "$status", "$error", "$url", "$request", "$response", "$body", "$cut");
        _list = Prepare(
            "SELECT number, started_at, duration, outcome, status, error, url, request_headers, response_headers, response_body, cut"
            + " FROM attempt WHERE delivery = $delivery ORDER BY number DESC",
            "$delivery");
        _cut = Prepare("DELETE FROM attempt WHERE delivery = $delivery AND number <= $number", "$delivery", "$number");
    }

    /// <summary>Adds one; of the earlier ones the latest stay.</summary>
    public void Add(Guid delivery, WebhookAttempt attempt, int most)
    {
        Bind(
            _add, Columns.Of(delivery), attempt.Number, Columns.Of(attempt.StartedAt), (long)attempt.Duration.TotalMilliseconds, (long)attempt.Outcome,
            attempt.Status, attempt.Error, attempt.Url, JsonSerializer.Serialize(attempt.RequestHeaders), JsonSerializer.Serialize(attempt.ResponseHeaders),
            attempt.ResponseBody.ToArray(), Columns.Of(attempt.IsCut)).ExecuteNonQuery();
        if (attempt.Number > most) Bind(_cut, Columns.Of(delivery), attempt.Number - most).ExecuteNonQuery();
    }

    /// <summary>The latest first.</summary>
    public List<WebhookAttempt> List(Guid delivery)
    {
        using var reader = Bind(_list, Columns.Of(delivery)).ExecuteReader();
        var all = new List<WebhookAttempt>();
        while (reader.Read())
        {
            all.Add(new WebhookAttempt(
                reader.GetInt32(0), reader.Time(1), TimeSpan.FromMilliseconds(reader.GetInt64(2)), (WebhookOutcome)reader.GetInt32(3),
                (int?)reader.NumberOrNull(4), reader.TextOrNull(5), reader.GetString(6), JsonSerializer.Deserialize<string[]>(reader.GetString(7))!,
                JsonSerializer.Deserialize<string[]>(reader.GetString(8))!, reader.GetFieldValue<byte[]>(9), reader.GetBoolean(10)));
        }

        return all;
    }
}
