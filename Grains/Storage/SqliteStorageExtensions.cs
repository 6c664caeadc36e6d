using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Granary.Grains.Storage;

public static class SqliteStorageExtensions
{
    /// <summary>Keeps grain state in one SQLite file; by default as the default storage. Also gives <see cref="IStorageHealth"/>.</summary>
    public static ISiloBuilder AddGranarySqliteStorage(
        this ISiloBuilder builder,
        Action<SqliteStorageOptions> configure,
        string name = ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
    {
        builder.Services.AddOptions<SqliteStorageOptions>(name).Configure(configure).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SqliteStorageOptions>, SqliteStorageOptionsValidator>();
        builder.Services.AddGrainStorage(name, SqliteGrainStorage.Create);
        builder.Services.AddSingleton<IStorageHealth>(services =>
            (SqliteGrainStorage)services.GetRequiredKeyedService<IGrainStorage>(name));
        return builder;
    }
}
