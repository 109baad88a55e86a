using System.Text.RegularExpressions;

namespace Exchange.Architecture.Tests.Sources;

/// <summary>What references alone cannot say: rules for the lines of a room.</summary>
public sealed partial class RoomRuleTests
{
    [Fact]
    public void Minimisation_knows_descriptors_and_bytes_and_nothing_else() =>
        Usings("src/Policy/Minimisation")
            .Where(line => !Begins(line.Namespace, "System") && !Begins(line.Namespace, "Google.Protobuf"))
            .ShouldBeEmpty();

    [Fact]
    public void The_vocabulary_uses_the_framework_alone() =>
        Usings("src/Vocabulary").Where(line => !Begins(line.Namespace, "System")).ShouldBeEmpty();

    [Theory]
    [InlineData("src/Envelope")]
    [InlineData("src/Audit.Proofs")]
    [InlineData("src/Policy/Minimisation")]
    public void A_room_that_proves_does_no_input_or_output(string room) =>
        Lines(room).Where(line => InputOrOutput().IsMatch(line.Text)).ShouldBeEmpty();

    [Theory]
    [InlineData("if (File.Exists(path))")]
    [InlineData("using var stream = new FileStream(path, FileMode.Open);")]
    [InlineData("using System.Net.Sockets;")]
    public void The_rule_against_input_and_output_sees_it(string line) => InputOrOutput().IsMatch(line).ShouldBeTrue();

    [Fact]
    public void No_file_hides_under_a_name_that_says_nothing() =>
        SourceTree.Files("src", "*").Where(file => EmptyName().IsMatch(file)).ShouldBeEmpty();

    private static IEnumerable<(string File, string Namespace)> Usings(string room)
    {
        var usings = Lines(room)
            .Select(line => (line.File, Match: Using().Match(line.Text)))
            .Where(line => line.Match.Success)
            .Select(line => (line.File, line.Match.Groups["name"].Value))
            .ToList();
        usings.ShouldNotBeEmpty($"{room} has no using line: has it moved?");
        return usings;
    }

    private static IEnumerable<(string File, string Text)> Lines(string room) =>
        SourceTree.Code(room).SelectMany(file => SourceTree.Read(file).Split('\n').Select(line => (file, line)));

    private static bool Begins(string name, string root) => name == root || name.StartsWith(root + ".", StringComparison.Ordinal);

    [GeneratedRegex(@"^using (static )?(\w+ = )?(?<name>[A-Z][\w.]*)[;<]")]
    private static partial Regex Using();

    [GeneratedRegex(@"\b(File|Directory|Console|Environment|Process)\.[A-Z]|\b(FileStream|FileInfo|DirectoryInfo|RandomAccess|StreamReader|StreamWriter|Socket|TcpClient|HttpClient)\b|using System\.(IO|Net)\b")]
    private static partial Regex InputOrOutput();

    [GeneratedRegex(@"(^|[/.])(Commons?|Helpers?|Util(itie)?s?|Misc)([/.]|$)|(Helpers?|Utils?|Utilities)\.cs$", RegexOptions.IgnoreCase)]
    private static partial Regex EmptyName();
}
