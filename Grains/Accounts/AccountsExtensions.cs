using Granary.Accounts;
using Granary.Grains.Projects;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Accounts;

public static class AccountsExtensions
{
    /// <summary>Users, logins and projects: what their grains need, <see cref="IAuthenticator"/> and <see cref="AdminBootstrap"/>.</summary>
    public static ISiloBuilder AddGranaryAccounts(this ISiloBuilder builder, IConfiguration configuration)
    {
        builder.Services.AddGranaryLogins(configuration).AddGranaryProjects(configuration).AddGranaryAdminBootstrap(configuration);
        return builder;
    }

    /// <summary>The logins of this silo.</summary>
    public static IServiceCollection AddGranaryLogins(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AccountOptions>().Bind(configuration.GetSection(AccountOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccountOptions>, AccountOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IPasswordHasher, Argon2PasswordHasher>();
        services.AddSingleton<LoginThrottle>();
        services.AddSingleton<RememberedLogins>();
        services.AddSingleton<PasswordLogins>();
        services.AddSingleton<KeyLogins>();
        services.AddSingleton<IAuthenticator, Authenticator>();
        return services;
    }

    /// <summary>What the project grains need.</summary>
    public static IServiceCollection AddGranaryProjects(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ProjectOptions>().Bind(configuration.GetSection(ProjectOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProjectOptions>, ProjectOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    /// <summary>The first administrator; the host runs <see cref="AdminBootstrap"/> once the silo is active.</summary>
    public static IServiceCollection AddGranaryAdminBootstrap(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AdminOptions>()
            .Bind(configuration.GetSection(AdminOptions.Section))
            .PostConfigure(options =>
            {
                if (options.PasswordFile.Length == 0 && configuration["Granary:DataPath"] is { Length: > 0 } data)
                    options.PasswordFile = Path.Combine(data, AdminOptions.PasswordFileName);
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<AdminOptions>, AdminOptionsValidator>();
        services.AddSingleton<AdminBootstrap>();
        services.AddSingleton<AdminPasswordReset>();
        return services;
    }
}
