using System.Security.Cryptography;
using System.Text;
using Exchange.Tests;

namespace Exchange.Documents.Tests;

public sealed class FileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("documents-");
    private readonly List<Diagnostic> _diagnostics = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_folder_is_read_in_the_order_of_names()
    {
        Write("b.yaml", "b: 1");
        Write("a.yaml", "a: 1");
        Write("B.yaml", "c: 1");
        Write("notes.txt", "not: read");

        DocumentFolder.Read(_folder.FullName, _diagnostics).Select(document => document.Name).ShouldBe(["B.yaml", "a.yaml", "b.yaml"]);
        _diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void One_file_is_a_folder_of_one() =>
        DocumentFolder.Read(Write("a.yaml", "a: 1"), _diagnostics).ShouldHaveSingleItem().Name.ShouldBe("a.yaml");

    [Fact]
    public void An_empty_folder_is_a_mistake()
    {
        DocumentFolder.Read(_folder.FullName, _diagnostics).ShouldBeEmpty();
        Said().ShouldBe([$"{_folder.FullName}: the folder holds no '*.yaml' file"]);
    }

    [Fact]
    public void A_file_that_would_be_passed_over_is_a_mistake()
    {
        Write("a.yaml", "a: 1");
        var misnamed = Write("b.yml", "b: 1");

        DocumentFolder.Read(_folder.FullName, _diagnostics).Length.ShouldBe(1);

        Said().ShouldBe([$"{misnamed}: files here end in '.yaml'; did you mean 'b.yaml'?"]);
    }

    [Fact]
    public void Files_that_cannot_be_read_are_told_beside_those_that_can()
    {
        Write("a.yaml", "a: [");
        Write("b.yaml", "b: 1");
        var missing = Path.Combine(_folder.FullName, "missing.yaml");

        DocumentFolder.Read(_folder.FullName, _diagnostics).ShouldHaveSingleItem().Name.ShouldBe("b.yaml");
        Document.Read(missing, _diagnostics).ShouldBeNull();
        Document.Read(_folder.FullName, _diagnostics).ShouldBeNull();

        Said().Count.ShouldBe(3);
        Said()[1].ShouldBe($"{missing}: there is no such file");
        Said()[2].ShouldBe($"{_folder.FullName}: is a folder, expected a file");
    }

    [Fact]
    public void A_file_beyond_every_measure_is_not_read()
    {
        var large = Write("large.yaml", new string('#', Document.MaximumSize + 1));

        Document.Read(large, _diagnostics).ShouldBeNull();

        Said().ShouldBe([$"{large}: larger than {Document.MaximumSize} bytes"]);
    }

    [Fact]
    public void Canonical_content_names_each_file_and_its_size()
    {
        var content = CanonicalContent.Of("exchange.policy.v1", [("tax.yaml", "b\n"u8.ToArray()), ("base.yaml", Encoding.UTF8.GetBytes("ä"))]);

        Encoding.UTF8.GetString(content).ShouldBe("exchange.policy.v1\n# base.yaml 2\nä# tax.yaml 2\nb\n");
    }

    [ProgramFact("sh", "sha256sum", "wc", "sort")]
    public async Task An_auditor_recomputes_the_digest_with_a_shell()
    {
        Write("tax.yaml", "rules: []\n");
        Write("base.yaml", "purposes: [] # без перевода строки");
        Write("Zoo.yaml", string.Empty + "{}");
        var digest = SHA256.HashData(CanonicalContent.Of(
            "exchange.policy.v1",
            DocumentFolder.Read(_folder.FullName, _diagnostics).Select(document => (document.Name, document.Bytes))));

        // As docs/policy.md states it.
        const string Recipe = """{ echo exchange.policy.v1; ls *.yaml | LC_ALL=C sort | while read -r f; do echo "# $f $(($(wc -c < "$f")))"; cat "$f"; done; } | sha256sum""";
        using var shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sh", ["-c", Recipe]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await shell.StandardOutput.ReadToEndAsync();

        said.ShouldStartWith(Convert.ToHexStringLower(digest));
        File.ReadAllText(Path.Combine(Prerequisites.Repository, "docs", "policy.md")).ShouldContain(Recipe);
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }

    private List<string> Said() => [.. _diagnostics.Select(diagnostic => diagnostic.ToString())];
}
