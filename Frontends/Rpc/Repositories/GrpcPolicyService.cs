using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Projects;
using Granary.Repositories;
using Granary.Repositories.Policy;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>Protection rules, hidden refs and limits of a repository.</summary>
internal sealed class GrpcPolicyService(IGrainFactory grains, RepositoryResolver repositories, CurrentCaller current) : PolicyService.PolicyServiceBase
{
    private Caller Caller => current.Caller;

    public override async Task<GetPolicyResponse> GetPolicy(GetPolicyRequest request, ServerCallContext context)
    {
        var repository = await FindAsync(request.Project, request.Repository, context.CancellationToken);
        return new GetPolicyResponse { Policy = PolicyMessages.From(await repository.GetPolicyAsync(context.CancellationToken)) };
    }

    public override async Task<UpdatePolicyResponse> UpdatePolicy(UpdatePolicyRequest request, ServerCallContext context)
    {
        var repository = await FindAsync(request.Project, request.Repository, context.CancellationToken);
        var hidden = request.HiddenRefs?.Names.ToArray();
        LimitOverrides? limits = null;
        if (request.HasMaxFileSize || request.HasMaxRepositorySize || request.HasMaxRefsPerPush)
        {
            var old = (await repository.GetPolicyAsync(context.CancellationToken)).Overrides;
            limits = new LimitOverrides(
                request.HasMaxFileSize ? OrStandard(request.MaxFileSize) : old.MaxFileSize,
                request.HasMaxRepositorySize ? OrStandard(request.MaxRepositorySize) : old.MaxRepositorySize,
                request.HasMaxRefsPerPush ? (request.MaxRefsPerPush == 0 ? null : request.MaxRefsPerPush) : old.MaxRefsPerPush);
        }

        var policy = await repository.UpdatePolicyAsync(Caller, new PolicyChanges(HiddenRefs: hidden, Limits: limits), context.CancellationToken)
            .OrRefuse();
        return new UpdatePolicyResponse { Policy = PolicyMessages.From(policy) };
    }

    public override async Task<ListProtectionRulesResponse> ListProtectionRules(ListProtectionRulesRequest request, ServerCallContext context)
    {
        var repository = await FindAsync(request.Project, request.Repository, context.CancellationToken);
        var policy = await repository.GetPolicyAsync(context.CancellationToken);
        return new ListProtectionRulesResponse { Rules = { policy.Rules.Select(PolicyMessages.From) } };
    }

    public override async Task<SetProtectionRuleResponse> SetProtectionRule(SetProtectionRuleRequest request, ServerCallContext context)
    {
        var rule = PolicyMessages.Read(request.Rule ?? new());
        var repository = await FindAsync(request.Project, request.Repository, context.CancellationToken);
        var policy = await repository.UpdatePolicyAsync(Caller, new PolicyChanges(SetRule: rule), context.CancellationToken).OrRefuse();
        return new SetProtectionRuleResponse { Rule = PolicyMessages.From(policy.Rules.Single(r => r.Pattern == rule.Pattern)) };
    }

    public override async Task<DeleteProtectionRuleResponse> DeleteProtectionRule(DeleteProtectionRuleRequest request, ServerCallContext context)
    {
        var pattern = Arguments.RefPattern(request.Pattern);
        var repository = await FindAsync(request.Project, request.Repository, context.CancellationToken);
        await repository.UpdatePolicyAsync(Caller, new PolicyChanges(RemoveRule: pattern), context.CancellationToken).OrRefuse();
        return new DeleteProtectionRuleResponse();
    }

    private static long? OrStandard(long limit) => limit == 0 ? null : limit;

    private async Task<IRepositoryGrain> FindAsync(string project, string name, CancellationToken cancellationToken)
    {
        var access = await repositories.ResolveAsync(project, name, cancellationToken);

        // The project's grain said what the caller may do; the repository's does not know callers.
        if (access.Level == AccessLevel.Admin) return grains.GetRepository(access.Id);
        throw new RefusedException(new Refusal(
            RefusalKind.PermissionDenied,
            "The rules and limits of a repository are for administrators of its project, with a login of scope 'admin'."));
    }
}
