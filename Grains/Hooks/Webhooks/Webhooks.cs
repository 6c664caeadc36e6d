using Granary.Grains.Hooks.Dispatch;
using Granary.Grains.Hooks.Webhooks.Payloads;
using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Grains.Hooks.Webhooks.Sending;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Grains.Projects;
using Granary.Grains.Repositories;
using Granary.Hooks.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks;

public static class Webhooks
{
    /// <summary>The kind of job: stream provider and namespace.</summary>
    public const string Kind = "webhook";

    public const string FileName = "webhooks.db";

    internal const string WorkerType = "granary.webhookworker";

    private const int DefaultMaxLocalWorkers = 64;

    /// <summary>Webhooks, their deliveries and the log of these, in a SQLite file in the data folder.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration, string dataPath)
    {
        services.AddOptions<WebhookOptions>().Bind(configuration.GetSection(WebhookOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>();
        services.AddSingleton(provider => new WebhookFile(
            Path.Combine(dataPath, FileName), provider.GetRequiredService<ILogger<WebhookFile>>()));
        services.AddSingleton<IRepositoryRecords>(static provider => provider.GetRequiredService<WebhookFile>());
        services.AddSingleton<IProjectRecords>(static provider => provider.GetRequiredService<WebhookFile>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<WebhookFile>());
        services.AddSingleton<PayloadBuilder>();
        services.AddSingleton<WebhookHttp>(static provider => new WebhookHttp(
            provider.GetRequiredService<IOptions<WebhookOptions>>(), provider.GetRequiredService<ILogger<WebhookHttp>>(), provider.GetService<Net.NameLookup>()));
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<RetrySchedule>();
        services.AddSingleton<WebhookSignal>();
        services.AddSingleton<JournalIntake>();
        services.AddSingleton<IRenamingObserver, RenamingHooks>();
        services.AddSingleton<IWebhooks, WebhookService>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, WebhookScanner>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, WebhookPruning>();
        services.AddHookKind(new HookKind(Kind, "Webhook", WorkerType, DefaultMaxLocalWorkers), configuration);
        return services;
    }
}
