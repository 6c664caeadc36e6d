using Granary.Frontends.Ssh.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Git;

public static class SshGitFrontend
{
    /// <summary>Adds git's commands for the SSH server; the sessions of git's protocol are added beside it.</summary>
    public static IServiceCollection AddGranarySshGit(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SshGitOptions>().Bind(configuration.GetSection(SshGitOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SshGitOptions>, SshGitOptionsValidator>();
        services.AddSingleton<SshErrors>();
        services.AddSingleton<GitAccess>();
        services.AddSingleton<GitServices>();
        services.AddSingleton<ISshAuthority, KeyAuthority>();
        services.AddSingleton<ISshCommandHandler, GitCommandHandler>();
        return services;
    }
}
