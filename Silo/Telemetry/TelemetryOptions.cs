namespace Granary.Silo.Telemetry;

/// <summary>What operators can see: sections <c>Granary:Dashboard</c> and <c>Granary:Metrics</c>.</summary>
internal sealed class DashboardOptions
{
    public const string Section = "Granary:Dashboard";

    /// <summary>Whether <c>/dashboard</c> is there; its profiler looks at every grain call. Default true.</summary>
    public bool Enabled { get; set; } = true;
}

internal sealed class MetricsOptions
{
    public const string Section = "Granary:Metrics";

    /// <summary>
    /// Whether <c>/metrics</c> is for administrators only. Default false, as scrapers expect it: it holds numbers, and no name of
    /// a user, project, repository or ref.
    /// </summary>
    public bool RequireAdministrator { get; set; }
}
