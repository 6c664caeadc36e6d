using System.Globalization;
using System.Net;
using Granary.Frontends.Ssh.Git;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Silo.Hosting;

/// <summary>Runs the server: check everything, take the data folder, start, say where to go next, wait for a signal.</summary>
internal static class Server
{
    /// <param name="args">The command line.</param>
    /// <param name="configure">What the host of a test puts in place of the server's own parts.</param>
    public static async Task<int> RunAsync(string[] args, Action<IServiceCollection>? configure = null)
    {
        try
        {
            // Settings hold until the next start; watching for changes would watch every file of the data below the working directory.
            var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
            var faults = new List<string>();
            var options = GranaryOptions.Read(builder.Configuration, faults);
            builder.AddGranary(options);
            configure?.Invoke(builder.Services);
            var app = builder.Build();
            Validate(app, builder.Services, faults);
            using var data = DataFolder.Open(options.DataPath);
            Ports.Check(options.Http, "Granary:Http");
            Ports.Check(options.Rpc, "Granary:Rpc");
            if (options.Ssh is { } ssh) Ports.Check(ssh, "Granary:Ssh");
            app.MapGranary();
            await using (app)
            {
                await app.StartAsync();
                Greet(options, app.Services);
                await app.WaitForShutdownAsync();
            }

            return 0;
        }
        catch (StartupException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
        catch (Exception exception) when (VolumeFaults.Find(exception) is { } fault)
        {
            await Console.Error.WriteLineAsync($"The data folder cannot be used (Granary:DataPath): {fault.Describe()}.");
            return 1;
        }
    }

    /// <summary>All faults of all options at once, before the silo joins.</summary>
    private static void Validate(WebApplication app, IServiceCollection services, List<string> faults)
    {
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
        }
        catch (OptionsValidationException exception)
        {
            faults.AddRange(exception.Failures);
        }
        catch (AggregateException exception)
        {
            faults.AddRange(exception.Flatten().InnerExceptions.SelectMany(
                static e => e is OptionsValidationException validation ? validation.Failures : [e.Message]));
        }
        catch (InvalidOperationException)
        {
            // A value that cannot be read as its type ends the validation of all options: each section is asked for itself.
            foreach (var type in BoundOptions(services)) faults.AddRange(FaultsOf(app, type));
        }

        if (faults.Count > 0) throw new StartupException("The configuration has faults:\n  " + string.Join("\n  ", faults.Distinct()));
    }

    private static IEnumerable<Type> BoundOptions(IServiceCollection services) => services.Select(static s => s.ServiceType)
        .Where(static t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(IOptionsChangeTokenSource<>))
        .Select(static t => t.GetGenericArguments()[0])
        .Where(static t => t.Namespace?.StartsWith("Granary.", StringComparison.Ordinal) == true)
        .Distinct();

    private static IEnumerable<string> FaultsOf(WebApplication app, Type options)
    {
        try
        {
            var holder = (IOptions<object>)app.Services.GetRequiredService(typeof(IOptions<>).MakeGenericType(options));
            return holder.Value is null ? [$"{options.Name} is missing."] : [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
        catch (InvalidOperationException exception)
        {
            // The message names the key.
            return [exception.Message];
        }
    }

    private static string DescribeSsh(GranaryOptions options, IServiceProvider services)
    {
        if (options.Ssh is null) return "off (Granary:Ssh:Enabled)";
        var login = services.GetRequiredService<IOptions<SshGitOptions>>().Value.LoginName;
        var keys = services.GetRequiredService<HostKeySet>().Fingerprints.Select(static key => $"\n    {key.Type,-20} {key.Fingerprint}");
        return $"ssh://{login}@{options.Ssh}{string.Concat(keys)}";
    }

    private static void Greet(GranaryOptions options, IServiceProvider services)
    {
        var admin = services.GetRequiredService<AdminBootstrapService>().Result;
        var url = options.PublicUrl.ToString().TrimEnd('/');
        var rpc = string.Create(CultureInfo.InvariantCulture, $"{(options.Tls is null ? "http" : "https")}://{options.Rpc}");
        Console.WriteLine(
            $"""
            Granary is ready.{(admin?.GeneratedPassword is { } password ? $"""

              The user '{admin.UserName}' was made. Its password is printed this once: {password}
            """ : "")}
              git and JSON   {url}
              gRPC           {rpc}
              git over SSH   {DescribeSsh(options, services)}
              data           {options.DataPath}
            Next, in another terminal:
              export GRANARY_USER=admin GRANARY_PASSWORD="$(cat '{Path.Combine(options.DataPath, "admin-password")}')"
              ./granary project create DEMO --public
              ./granary repo create DEMO/hello
              git clone {url}/DEMO/hello.git
            """);
        if (options.Tls is null && !IPAddress.IsLoopback(options.Http.Address))
            Console.Error.WriteLine("Warning: passwords and tokens travel unprotected; put a TLS proxy in front or set Granary:Http:Tls.");
    }
}
