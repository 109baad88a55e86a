using System.Text.RegularExpressions;
using Exchange.Tests;

namespace Exchange.Architecture.Tests.Sources;

/// <summary>What must never be committed. The words are put together here, so that this file does not find itself.</summary>
public sealed class TrackedFileTests
{
    private static readonly Regex PrivateKey = new("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----(\\s|\\\\n)*[A-Za-z0-9+/=\\s]{16}", RegexOptions.CultureInvariant);

    private static readonly Regex Registry = new(
        @"\b(" + string.Join('|', Hosts().Select(Regex.Escape)) + @")\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    [ProgramFact("git")]
    public void No_private_key_is_in_any_file() =>
        SourceTree.Tracked().Where(file => PrivateKey.IsMatch(SourceTree.Read(file))).ShouldBeEmpty();

    [ProgramFact("git")]
    public void No_file_has_the_ending_of_a_key() =>
        SourceTree.Tracked().Where(file => Path.GetExtension(file) is ".key" or ".p12" or ".pfx").ShouldBeEmpty();

    [ProgramFact("git")]
    public void No_file_names_the_host_of_a_package_registry() =>
        SourceTree.Tracked().Where(file => Registry.IsMatch(SourceTree.Read(file))).ShouldBeEmpty();

    [Fact]
    public void The_rules_see_what_they_forbid()
    {
        PrivateKey.IsMatch($"-----BEGIN EC PRIVATE {"KEY"}-----\nMHcCAQEEIBase64Base64Base64").ShouldBeTrue();
        PrivateKey.IsMatch($"-----BEGIN PUBLIC {"KEY"}-----\nMHcCAQEEIBase64Base64Base64").ShouldBeFalse();
        Registry.IsMatch($"https://api.{Hosts()[0]}/v3/index.json").ShouldBeTrue();
    }

    private static string[] Hosts() =>
    [
        Host("nuget", "org"), Host("npmjs", "org"), Host("npmjs", "com"), Host("yarnpkg", "com"), Host("pypi", "org"), Host("pythonhosted", "org"),
        Host("crates", "io"), Host("proxy.golang", "org"), Host("deb.debian", "org"), Host("pkgs.dev.azure", "com"), Host("jfrog", "io"),
    ];

    private static string Host(string name, string domain) => $"{name}.{domain}";
}
