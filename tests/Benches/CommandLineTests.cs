using Exchange.Benches.Load.Commands;

namespace Exchange.Benches.Tests;

/// <summary>What is asked wrongly is said before anything starts, and leaves what a program reads alone.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("transfers --rounds 0", "--rounds is 1 to 99.")]
    [InlineData("transfers --rounds some", "--rounds is 1 to 99.")]
    [InlineData("transfers --in-flight 1 many", "--in-flight is 1 to 1024.")]
    [InlineData("transfers --payload 1000", "--payload is 200, 1024, 16384, 262144.")]
    [InlineData("transfers --arms governed squid", "--arms is first letters of direct, nginx, relay, governed, opened and checked.")]
    [InlineData("handshakes --window 0.1", "--window is 0.5 to 60.")]
    [InlineData("scale --folder nowhere/to/be/found", "--folder is a folder that exists.")]
    public async Task A_wrong_option_is_named_with_what_it_may_be(string line, string sentence)
    {
        using var data = new StringWriter();
        using var prose = new StringWriter();

        (await LoadCommandLine.InvokeAsync(line.Split(' '), data, prose)).ShouldBe(LoadCommandLine.Misused);

        prose.ToString().ShouldContain(sentence);
        data.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task Help_shows_what_arms_there_are()
    {
        using var data = new StringWriter();
        using var prose = new StringWriter();

        (await LoadCommandLine.InvokeAsync(["transfers", "--help"], data, prose)).ShouldBe(0);

        data.ToString().ShouldContain("opened and checked");
    }
}
