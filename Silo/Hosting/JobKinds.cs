using Granary.Grains.Activity;
using Granary.Streams.Embedded;

namespace Granary.Silo.Hosting;

/// <summary>What follows a push. A new kind of job is a folder in <c>Grains</c> and a line here.</summary>
internal static class JobKinds
{
    /// <summary>The embedded queues' settings: section <c>Granary:Streams:Embedded</c>.</summary>
    private const string Section = "Granary:Streams:Embedded";

    private const string FileName = "streams.db";

    public static void AddGranaryJobs(this ISiloBuilder silo, IConfiguration configuration, GranaryOptions options)
    {
        silo.Services.AddActivityFeed(options.DataPath);
        silo.AddQueues(ActivityFeed.Kind, configuration, options);
    }

    /// <summary>A stream provider for one kind, with queues of its own; all share one file.</summary>
    private static void AddQueues(this ISiloBuilder silo, string kind, IConfiguration configuration, GranaryOptions options) =>
        silo.AddEmbeddedStreams(kind, streams =>
        {
            configuration.GetSection(Section).Bind(streams);
            streams.Path = Path.Combine(options.DataPath, FileName);
        });
}
