namespace Exchange.Documents.Tests;

public sealed class SourceFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exchange-sources-");
    private readonly List<Diagnostic> _diagnostics = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_read_and_did_not_change_is_seen_again_the_same()
    {
        var sources = ReadAll();

        sources.SeeAgain().ShouldBe(sources.Seen());
        sources.Seen().ShouldBe(ReadAll().Seen());
    }

    [Theory]
    [InlineData("a.yaml", "a: 2")]      // As long as before.
    [InlineData("c.yaml", "c: 1")]      // One more.
    [InlineData("b.yaml", null)]        // One less.
    public void Another_content_another_file_and_a_missing_file_are_seen(string name, string? content)
    {
        var sources = ReadAll();

        Put(name, content);

        sources.SeeAgain().ShouldNotBe(sources.Seen());
        Put("a.yaml", "a: 1");
        Put("b.yaml", "b: 1");
        Put("c.yaml", null);
        sources.SeeAgain().ShouldBe(sources.Seen());
    }

    [Fact]
    public void A_file_that_was_missing_and_is_there_is_seen()
    {
        var sources = new SourceFiles();
        sources.Read(Place("missing"), 10, out var mistake).ShouldBeNull();
        mistake.ShouldBe("there is no such file");

        Put("missing", "here");

        sources.SeeAgain().ShouldNotBe(sources.Seen());
    }

    [Fact]
    public void A_folder_that_went_away_is_seen_and_lists_nothing()
    {
        var sources = ReadAll();
        var missing = Place("nowhere");

        sources.List(missing, "*").ShouldBeEmpty();
        sources.SeeAgain().ShouldBe(sources.Seen());
        Directory.CreateDirectory(missing);
        File.WriteAllText(Path.Combine(missing, "x"), "x");
        sources.SeeAgain().ShouldNotBe(sources.Seen());
    }

    private SourceFiles ReadAll()
    {
        Put("a.yaml", "a: 1");
        Put("b.yaml", "b: 1");
        var sources = new SourceFiles();
        DocumentFolder.Read(_folder.FullName, _diagnostics, sources).Length.ShouldBe(2);
        return sources;
    }

    private void Put(string name, string? content)
    {
        if (content is null)
        {
            File.Delete(Place(name));
        }
        else
        {
            File.WriteAllText(Place(name), content);
        }
    }

    private string Place(string name) => Path.Combine(_folder.FullName, name);
}
