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

    public static void AddGranaryTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DashboardOptions>().Bind(builder.Configuration.GetSection(DashboardOptions.Section));
        builder.Services.AddOptions<MetricsOptions>().Bind(builder.Configuration.GetSection(MetricsOptions.Section));
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddMeter(Meters).AddPrometheusExporter());

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

    private static DashboardOptions DashboardOf(IConfiguration configuration) =>
        configuration.GetSection(DashboardOptions.Section).Get<DashboardOptions>() ?? new DashboardOptions();
}
