using System.Text;
using Exchange.Documents;
using Exchange.Policy.Loading;
using Exchange.Policy.Model;

namespace Exchange.Policy.Tests.Loading;

public sealed class IncludeTests : IDisposable
{
    private static readonly int Split = SomePolicy.Text.IndexOf("rules:", StringComparison.Ordinal);
    private static readonly string Purposes = SomePolicy.Text[..Split];
    private static readonly string Rules = SomePolicy.Text[Split..];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("policy-");
    private readonly List<Diagnostic> _diagnostics = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_a_file_includes_belongs_to_the_policy_and_to_its_digest()
    {
        Write("policy/tax.yaml", "include: [../shared/purposes.yaml]\n" + Rules);
        Write("shared/purposes.yaml", Purposes);

        var policy = Load("policy").ShouldNotBeNull(Said());

        policy.Rules.Length.ShouldBe(2);
        Encoding.UTF8.GetString(policy.Content.Span).ShouldStartWith($"exchange.policy.v1\n# ../shared/purposes.yaml {Purposes.Length}\n{Purposes}# tax.yaml ");
        Write("shared/purposes.yaml", Purposes + "\n");
        Load("policy").ShouldNotBeNull().Digest.ShouldNotBe(policy.Digest);
    }

    [Fact]
    public void A_file_is_read_once_however_it_is_named_and_may_include_in_a_circle()
    {
        Write("policy/a.yaml", "include: [b.yaml, ../policy/b.yaml, ../shared/c.yaml, a.yaml]\n" + Purposes);
        Write("policy/b.yaml", "include: [../shared/c.yaml]\n" + Rules);
        Write("shared/c.yaml", "include: [../policy/a.yaml, d.yaml]\n");
        Write("shared/d.yaml", "include: [c.yaml]\n");

        var policy = Load("policy").ShouldNotBeNull(Said());

        policy.Rules.Length.ShouldBe(2);
        Headings(policy).ShouldBe(["../shared/c.yaml", "../shared/d.yaml", "a.yaml", "b.yaml"]);
    }

    [Fact]
    public void One_file_may_be_the_policy_and_include_the_rest()
    {
        Write("main.yaml", "include: [rest/rules.yaml]\n" + Purposes);
        Write("rest/rules.yaml", Rules);

        Headings(Load("main.yaml").ShouldNotBeNull(Said())).ShouldBe(["main.yaml", "rest/rules.yaml"]);
    }

    [Fact]
    public void A_file_that_is_missing_is_told_where_it_is_included_with_the_nearest_name()
    {
        Write("policy/tax.yaml", $"include:\n  - ../shared/purpose.yaml\n  - nowhere/at-all.yaml\n  - ../shared\n" + Rules);
        Write("shared/purposes.yaml", Purposes);

        Load("policy").ShouldBeNull();

        var said = Said().Split('\n');
        said[0].ShouldBe("policy/tax.yaml:2:5: cannot include '../shared/purpose.yaml': there is no such file; did you mean 'purposes.yaml'?");
        said[1].ShouldBe("policy/tax.yaml:3:5: cannot include 'nowhere/at-all.yaml': there is no such file");
        said[2].ShouldStartWith("policy/tax.yaml:4:5: cannot include '../shared': ");
        said.Length.ShouldBe(3, "purposes that may stand in a missing file are no second mistake");
    }

    [Fact]
    public void A_mistake_in_an_included_file_has_its_own_place()
    {
        Write("policy/tax.yaml", "include: [../shared/rules.yaml]\n" + Purposes);
        Write("shared/rules.yaml", Rules.Replace("order_number: keep", "ordr_number: keep", StringComparison.Ordinal));

        Load("policy").ShouldBeNull();

        Said().ShouldBe("policy/../shared/rules.yaml:10:7: unknown field 'ordr_number' of dataset 'purchases.v1'; did you mean 'order_number'?");
    }

    private static List<string> Headings(PolicySnapshot policy) =>
        [.. Encoding.UTF8.GetString(policy.Content.Span).Split('\n').Where(line => line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1])];

    private void Write(string name, string text)
    {
        var file = new FileInfo(Path.Combine(_folder.FullName, name));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }

    private PolicySnapshot? Load(string path)
    {
        _diagnostics.Clear();
        return PolicyLoader.Load(Path.Combine(_folder.FullName, path), SomePolicy.Datasets, SomePolicy.Members, _diagnostics);
    }

    private string Said() => string.Join('\n', _diagnostics).Replace(_folder.FullName + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal);
}
