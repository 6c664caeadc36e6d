using Granary.Git.Committing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Committing;

internal static class CommitDraftServices
{
    public static IServiceCollection AddGranaryCommitDrafts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CommitDraftOptions>().Bind(configuration.GetSection(CommitDraftOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CommitDraftOptions>, CommitDraftOptionsValidator>();
        services.AddSingleton<ICommitDrafts, CommitDrafts>();
        services.AddSingleton<ITagDrafts, TagDrafts>();
        return services;
    }
}
