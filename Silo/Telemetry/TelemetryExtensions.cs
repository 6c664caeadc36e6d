using System.Diagnostics.Metrics;
using Granary.Frontends.Http.Operators;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using Orleans.Dashboard;

namespace Granary.Silo.Telemetry;

/// <summary>The operator's eyes: <c>/metrics</c> in Prometheus' text format, and Orleans' dashboard of grains at <c>/dashboard</c>.</summary>
internal static class TelemetryExtensions
{
    /// <summary>Grain types, phases and outcomes are tags there, never an identity: the number of series has a bound.</summary>
    private static readonly string[] Meters = ["Granary.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    /// <summary>In seconds, from a cached answer to a large import; an instrument may have boundaries of its own.</summary>
    private static readonly double[] DurationBoundaries =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];

    public static void AddGranaryTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DashboardOptions>().Bind(builder.Configuration.GetSection(DashboardOptions.Section));
        builder.Services.AddOptions<MetricsOptions>().Bind(builder.Configuration.GetSection(MetricsOptions.Section));
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddMeter(Meters).AddView(BoundariesOf).AddPrometheusExporter());

        // The dashboard's log trace stays off: a log may hold what is nobody's business.
        if (DashboardOf(builder.Configuration).Enabled)
            builder.UseOrleans(static silo => silo.AddDashboard(static dashboard => dashboard.HideTrace = true));
    }

    public static void MapGranaryTelemetry(this WebApplication app)
    {
        var metrics = app.MapPrometheusScrapingEndpoint("/metrics");
        if (app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value.RequireAdministrator) metrics.ForAdministrators();
        if (DashboardOf(app.Configuration).Enabled) app.MapOrleansDashboard("/dashboard").ForAdministrators();
    }

    private static ExplicitBucketHistogramConfiguration? BoundariesOf(Instrument instrument) =>
        instrument is Histogram<double> { Unit: "s", Advice: null } && instrument.Meter.Name.StartsWith("Granary.", StringComparison.Ordinal)
            ? new ExplicitBucketHistogramConfiguration { Boundaries = DurationBoundaries }
            : null;

    private static DashboardOptions DashboardOf(IConfiguration configuration) =>
        configuration.GetSection(DashboardOptions.Section).Get<DashboardOptions>() ?? new DashboardOptions();
}
