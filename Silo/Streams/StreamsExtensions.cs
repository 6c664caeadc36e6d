using Granary.Frontends.GitProtocol.Health;
using Granary.Silo.Hosting;
using Granary.Streams.Embedded;
using Granary.Streams.RabbitMq;

namespace Granary.Silo.Streams;

/// <summary>The stream providers of the kinds of jobs, on the queues that the configuration names.</summary>
internal static class StreamsExtensions
{
    private const string FileName = "streams.db";

    private const string DefaultExchange = "granary";

    /// <summary>What the providers of all kinds share; once.</summary>
    public static void AddGranaryStreams(this ISiloBuilder silo, IConfiguration configuration)
    {
        // Bound as a whole too, so that a value that cannot be read is reported with its key.
        silo.Services.AddOptions<StreamsOptions>().Bind(configuration.GetSection(StreamsOptions.Section)).ValidateOnStart();
        if (ProviderOf(configuration) == StreamsProvider.RabbitMq) silo.Services.AddSingleton<IReadinessCheck, StreamsCheck>();
    }

    /// <summary>A stream provider for one kind of job, with queues of its own.</summary>
    public static void AddQueues(this ISiloBuilder silo, string kind, IConfiguration configuration, GranaryOptions options)
    {
        if (ProviderOf(configuration) == StreamsProvider.RabbitMq) silo.AddRabbitMqStreams(kind, streams => Configure(streams, configuration));
        else silo.AddEmbeddedStreams(kind, streams => Configure(streams, configuration, options));
    }

    private static void Configure(EmbeddedStreamsOptions streams, IConfiguration configuration, GranaryOptions options)
    {
        configuration.GetSection($"{StreamsOptions.Section}:{nameof(StreamsOptions.Embedded)}").Bind(streams);
        streams.SettingsPath = $"{StreamsOptions.Section}:{nameof(StreamsOptions.Embedded)}:";
        streams.Path = Path.Combine(options.DataPath, FileName);
    }

    private static void Configure(RabbitMqStreamsOptions streams, IConfiguration configuration)
    {
        streams.Exchange = DefaultExchange;
        configuration.GetSection($"{StreamsOptions.Section}:{nameof(StreamsOptions.RabbitMq)}").Bind(streams);
        streams.SettingsPath = $"{StreamsOptions.Section}:{nameof(StreamsOptions.RabbitMq)}:";
        PushMessage.AddTo(streams.Messages);
    }

    /// <summary>One that cannot be read is reported when the options are validated.</summary>
    private static StreamsProvider ProviderOf(IConfiguration configuration) =>
        Enum.TryParse<StreamsProvider>(configuration[$"{StreamsOptions.Section}:{nameof(StreamsOptions.Provider)}"], ignoreCase: true, out var provider)
            ? provider
            : StreamsProvider.Embedded;
}
