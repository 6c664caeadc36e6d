using Granary.Grains.Activity;
using Granary.Silo.Streams;

namespace Granary.Silo.Hosting;

/// <summary>What follows a push. A new kind of job is a folder in <c>Grains</c> and a line here.</summary>
internal static class JobKinds
{
    public static void AddGranaryJobs(this ISiloBuilder silo, IConfiguration configuration, GranaryOptions options)
    {
        silo.AddGranaryStreams(configuration);
        silo.Services.AddActivityFeed(options.DataPath);
        silo.AddQueues(ActivityFeed.Kind, configuration, options);
    }
}
