using Granary.Grains.Activity;
using Granary.Grains.Hooks.Commits;
using Granary.Grains.Hooks.Webhooks;
using Granary.Jobs;
using Granary.Silo.Streams;

namespace Granary.Silo.Hosting;

/// <summary>What follows a push. A new kind of job is a folder in <c>Grains</c> and a line here.</summary>
internal static class JobKinds
{
    public static void AddGranaryJobs(this ISiloBuilder silo, IConfiguration configuration, GranaryOptions options)
    {
        silo.AddGranaryStreams(configuration);
        silo.Services.AddSingleton<IJobKinds, JobKindOverview>();
        silo.Services.AddActivityFeed(options.DataPath);
        silo.Services.AddWebhooks(configuration, options.DataPath);
        silo.Services.PostConfigure<WebhookOptions>(webhooks => webhooks.PublicUrl = options.PublicUrl.ToString());
        silo.Services.AddCommitRegister(configuration, options.DataPath);
        foreach (var kind in new[] { ActivityFeed.Kind, Webhooks.Kind, CommitRegister.Kind }) silo.AddQueues(kind, configuration, options);
    }
}
