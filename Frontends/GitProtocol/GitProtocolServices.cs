using Granary.Frontends.GitProtocol.Archives;
using Granary.Frontends.GitProtocol.Health;
using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Frontends.GitProtocol.UploadPack;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.GitProtocol;

public static class GitProtocolServices
{
    /// <summary>Adds the sessions that every transport uses; the data path (<see cref="Granary.Git.IUploadPack"/> and its kin) is the silo's to add.</summary>
    public static IServiceCollection AddGranaryGitProtocol(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GitProtocolOptions>().Bind(configuration.GetSection(GitProtocolOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GitProtocolOptions>, GitProtocolOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<UploadPackSession>();
        services.AddSingleton<DialogueSession>();
        services.AddSingleton<ReceivePackSession>();
        services.AddSingleton<ArchiveSession>();
        services.AddSingleton<RequestDrain>();
        services.AddSingleton<Readiness>();
        return services;
    }
}
