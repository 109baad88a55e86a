using System.Text.RegularExpressions;
using Exchange.Tests;

namespace Exchange.Architecture.Tests.Documents;

/// <summary>Documents that are read must be reachable and lead somewhere.</summary>
public sealed partial class MarkdownTests
{
    private const string Index = "docs/README.md";

    [Fact]
    public void Relative_links_resolve()
    {
        var links = SourceTree.Files(".", "*.md").SelectMany(Links).ToList();
        links.ShouldNotBeEmpty();
        links.Where(link => !Path.Exists(Path.Combine(Prerequisites.Repository, link.Target)))
            .Select(link => $"{link.File} links to {link.Target}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Links_to_a_heading_find_it()
    {
        var links = SourceTree.Files(".", "*.md").SelectMany(Links).Where(link => link.Heading.Length > 0).ToList();
        links.ShouldNotBeEmpty();
        links.Where(link => !Headings(link.Target).Contains(link.Heading))
            .Select(link => $"{link.File} links to {link.Target}#{link.Heading}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_index_names_every_page()
    {
        var named = Links(Index).Select(link => link.Target).ToHashSet(StringComparer.Ordinal);
        SourceTree.Files("docs", "*.md").Where(page => page != Index && !named.Contains(page)).ShouldBeEmpty();
    }

    [Fact]
    public void The_readme_shows_the_client_that_is_compiled_and_it_has_ten_lines()
    {
        var program = SourceTree.Read("samples/TenLineClient/Program.cs").Trim();
        SourceTree.Read("README.md").ShouldContain(program);
        program.Split('\n').Count(line => line.Length > 0 && !line.StartsWith("using Exchange", StringComparison.Ordinal)).ShouldBe(10);
    }

    [Fact]
    public void The_operators_page_names_every_key_of_the_configuration() => Unnamed("src/Node/NodeConfigurationLoader.cs", "docs/operators.md").ShouldBeEmpty();

    [Fact]
    public void The_consumers_page_names_every_key_of_the_client() => Unnamed("src/Client/ClientFile.cs", "docs/consumers.md").ShouldBeEmpty();

    /// <summary>Keys that a reader asks for and a page does not name in code letters.</summary>
    private static IReadOnlyList<string> Unnamed(string reader, string page)
    {
        var keys = Key().Matches(SourceTree.Read(reader)).Select(match => match.Groups["key"].Value).ToList();
        keys.ShouldNotBeEmpty($"{reader} asks for no key: has it moved?");
        var text = SourceTree.Read(page);
        return [.. keys.Where(key => !Regex.IsMatch(text, $@"`([a-z_]+\.)?{key}(\.[a-z_]+)?`"))];
    }

    private static IEnumerable<(string File, string Target, string Heading)> Links(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        foreach (var link in Link().Matches(Fence().Replace(SourceTree.Read(file), string.Empty)).Select(match => match.Groups["target"].Value))
        {
            if (!link.Contains("://", StringComparison.Ordinal))
            {
                var parts = link.Split('#');
                yield return (file, parts[0].Length == 0 ? file : FromRoot(Path.Combine(folder, parts[0])), parts.ElementAtOrDefault(1) ?? string.Empty);
            }
        }
    }

    private static string FromRoot(string path) =>
        Path.GetRelativePath(Prerequisites.Repository, Path.Combine(Prerequisites.Repository, path)).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>As they are linked to: small letters and digits, hyphens for spaces, nothing else.</summary>
    private static HashSet<string> Headings(string file) =>
    [
        .. Fence().Replace(SourceTree.Read(file), string.Empty).Split('\n')
            .Where(line => line.StartsWith('#'))
            .Select(line => string.Concat(line.TrimStart('#').Trim().Select(c => c == ' ' ? '-' : char.ToLowerInvariant(c)).Where(c => char.IsLetterOrDigit(c) || c is '-' or '_'))),
    ];

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("""\.(Required|Optional)\("(?<key>[a-z_]+)"\)""")]
    private static partial Regex Key();
}
