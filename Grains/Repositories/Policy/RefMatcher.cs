using System.Text;
using System.Text.RegularExpressions;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Grains.Repositories.Policy;

/// <summary>A <see cref="RefPattern"/> made ready to be asked often. Takes time linear in the name, whatever the pattern.</summary>
internal sealed class RefMatcher
{
    private readonly string _text;
    private readonly Regex? _glob;

    public RefMatcher(RefPattern pattern)
    {
        _text = pattern.Value;
        if (pattern.HasWildcards) _glob = new Regex(Translate(_text), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <summary>As <c>git for-each-ref</c>: completely, or from the beginning up to a slash.</summary>
    public bool Matches(RefName name) => _glob is not null
        ? _glob.IsMatch(name.Value)
        : name.Value.StartsWith(_text, StringComparison.Ordinal) && (name.Value.Length == _text.Length || name.Value[_text.Length] == '/');

    private static string Translate(string glob)
    {
        var regex = new StringBuilder(@"\A");
        for (var i = 0; i < glob.Length; i++)
        {
            var isDouble = glob[i] == '*' && i + 1 < glob.Length && glob[i + 1] == '*';
            if (isDouble && i + 2 < glob.Length && glob[i + 2] == '/')
            {
                // "a/**/b" is also "a/b", as in git.
                regex.Append("(?:.*/)?");
                i += 2;
            }
            else if (isDouble)
            {
                regex.Append(".*");
                i++;
            }
            else
            {
                regex.Append(glob[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape(c.ToString()) });
            }
        }

        return regex.Append(@"\z").ToString();
    }
}
