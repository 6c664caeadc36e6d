using System.Net.Http.Headers;
using System.Text;

namespace Granary.Imports.Remote;

/// <summary>The address of a repository on another server, and the login for it.</summary>
/// <param name="Base">Without a slash at its end.</param>
/// <param name="Authorization">Null: without a login.</param>
internal sealed record RemoteUrl(string Base, AuthenticationHeaderValue? Authorization)
{
    private const int MaxLength = 2048;

    /// <exception cref="ImportRefusedException">It is not one that can be cloned from.</exception>
    public static RemoteUrl Parse(RemoteSource source)
    {
        if (source.Url.Length > MaxLength || !Uri.TryCreate(source.Url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw new ImportRefusedException("That is not the address of a repository; write https://HOST/PATH.");
        if (uri.Scheme is not ("http" or "https"))
            throw new ImportRefusedException("The server clones over http and https only; of anything else make a mirror clone and import that.");
        if (uri.UserInfo.Length > 0)
            throw new ImportRefusedException("The address may not hold a user or password; give them beside it.");
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0) throw new ImportRefusedException("The address of a repository has no '?' and no '#'.");
        return new RemoteUrl(uri.GetLeftPart(UriPartial.Path).TrimEnd('/'), AuthorizationOf(source));
    }

    /// <summary>Where the refs are asked for.</summary>
    public Uri Discovery => new(Base + "/info/refs?service=git-upload-pack");

    /// <summary>Where everything else is asked for.</summary>
    public Uri UploadPack => new(Base + "/git-upload-pack");

    /// <summary>
    /// The same repository as a redirect of <see cref="Discovery"/> has it. A login stays with the server that it was given for.
    /// </summary>
    /// <exception cref="ImportRefusedException">It leads to something else.</exception>
    public RemoteUrl Follow(Uri target)
    {
        const string Ending = "/info/refs";
        var isWeaker = Discovery.Scheme == "https" && target.Scheme != "https";
        var path = target.GetLeftPart(UriPartial.Path);
        if (target.Scheme is not ("http" or "https") || isWeaker || target.UserInfo.Length > 0 || !path.EndsWith(Ending, StringComparison.Ordinal))
            throw new ImportRefusedException("The source redirects to something that is not this repository over http or https.");
        var isSameServer = target.Authority == Discovery.Authority && target.Scheme == Discovery.Scheme;
        return new RemoteUrl(path[..^Ending.Length], isSameServer ? Authorization : null);
    }

    /// <summary>For logs and people: neither login nor path.</summary>
    public override string ToString() => Discovery.GetLeftPart(UriPartial.Authority);

    private static AuthenticationHeaderValue? AuthorizationOf(RemoteSource source)
    {
        if (string.IsNullOrEmpty(source.User) && string.IsNullOrEmpty(source.Password)) return null;
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{source.User}:{source.Password}")));
    }
}
