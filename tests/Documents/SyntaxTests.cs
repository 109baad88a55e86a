using System.Text;

namespace Exchange.Documents.Tests;

public sealed class SyntaxTests
{
    [Theory]
    [InlineData("a: [1, 2\nb: c", "node.yaml:1:")]
    [InlineData("a: b\n  c: d", "node.yaml:2:")]
    [InlineData("a: 'b", "node.yaml:1:")]
    [InlineData("a: }", "node.yaml:1:")]
    public void A_syntax_error_is_told_with_its_line(string text, string place)
    {
        var said = Reading.Said(text).ShouldHaveSingleItem();
        said.ShouldStartWith(place);
        said.ShouldContain("not valid YAML");
    }

    [Theory]
    [InlineData("a: &x b", "node.yaml:1:4: anchors such as '&x' are not allowed")]
    [InlineData("a: !!str b", "node.yaml:1:4: tags are not allowed; remove what begins with '!'")]
    [InlineData("a: b\n---\nc: d", "node.yaml:2:1: a file holds one document; remove the line '---'")]
    [InlineData("a: b\nc: d\na: e", "node.yaml:3:1: key 'a' stands here for the second time, first in line 1")]
    [InlineData("? [a]\n: b", "node.yaml:1:3: expected a key, found a list")]
    [InlineData("", "node.yaml: the file is empty")]
    [InlineData("# only a comment", "node.yaml: the file is empty")]
    public void What_YAML_allows_and_we_do_not_is_told_with_its_place(string text, string expected) =>
        Reading.Said(text).ShouldBe([expected]);

    [Fact]
    public void Aliases_are_refused_so_that_nothing_expands()
    {
        const string Laughs = """
            a: &a [lol, lol]
            b: &b [*a, *a]
            c: [*b, *b]
            """;

        Reading.Said(Laughs).Count(said => said.Contains("aliases such as", StringComparison.Ordinal)).ShouldBe(4);
        Reading.Said(Laughs).Count(said => said.Contains("anchors such as", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        Reading.Said("a: " + new string('[', 200_000)).ShouldBe(["node.yaml:1:35: not valid YAML: nested too deeply"]);
    }

    [Fact]
    public void Invalid_UTF_8_is_told_with_its_line()
    {
        var diagnostics = new List<Diagnostic>();

        Document.Parse("node.yaml", (byte[])[.. "a: b\nc: "u8, 0xFF], diagnostics).ShouldBeNull();

        diagnostics.ShouldHaveSingleItem().ToString().ShouldBe("node.yaml:2:4: not valid UTF-8");
    }

    [Fact]
    public void A_byte_order_mark_is_no_content()
    {
        var diagnostics = new List<Diagnostic>();
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. "a: b"u8];

        var document = Document.Parse("node.yaml", bytes, diagnostics).ShouldNotBeNull();

        document.Root.Mapping().Required("a").Text().ShouldBe("b");
        document.Bytes.ToArray().ShouldBe(bytes, "the digest is of the file as it is");
        diagnostics.ShouldBeEmpty();
    }

    /// <summary>Whatever a file holds, reading it ends with a document or with a reason, never with a fault.</summary>
    [Fact]
    public void Mutilated_files_are_read_or_refused()
    {
        const string Sound = "a: {b: [c, 'd', \"e\\n\"]}\n# f\ng:\n  - h: |\n      i\n  - !j &k l\n? m\n: - n\n";
        var random = new Random(20261121);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(Sound);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"[]{}:-?!&*|>'\"\n\t #,%@"[random.Next(21)];
            }

            var diagnostics = new List<Diagnostic>();
            var document = Document.Parse("node.yaml", bytes, diagnostics);
            (document is not null || diagnostics.Count > 0).ShouldBeTrue(Convert.ToHexString(bytes));
            refused += document is null ? 1 : 0;
        }

        refused.ShouldBeInRange(2_000, 18_000);
    }
}
